// Pinch, wheel, double tap and drag on one picture; a sideways swipe while it is not enlarged goes to the next.

const MOST = 12;
const SWIPE_PX = 56;

export function makeZoom(stage, onSwipe) {
  const fingers = new Map();
  let scale = 1;
  let x = 0;
  let y = 0;
  let swipe = 0;

  const picture = () => stage.querySelector("img");

  function show() {
    const image = picture();
    if (!image) return;
    const room = { x: (image.offsetWidth * (scale - 1)) / 2, y: (image.offsetHeight * (scale - 1)) / 2 };
    x = Math.max(-room.x, Math.min(room.x, x));
    y = Math.max(-room.y, Math.min(room.y, y));
    image.style.transform = scale === 1 ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    stage.classList.toggle("is-enlarged", scale > 1);
  }

  /** Change the scale so that what lies under the point (from the stage's middle) stays there. */
  function zoomAt(point, to) {
    const next = Math.max(1, Math.min(MOST, to));
    x = point.x - ((point.x - x) * next) / scale;
    y = point.y - ((point.y - y) * next) / scale;
    scale = next;
    show();
  }

  function fromMiddle(event) {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  }

  function spread() {
    const [one, two] = [...fingers.values()];
    return { distance: Math.hypot(one.x - two.x, one.y - two.y), x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 };
  }

  const reset = () => {
    scale = 1;
    x = y = 0;
    show();
  };

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomAt(fromMiddle(event), scale * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)));
  }, { passive: false });

  stage.addEventListener("dblclick", (event) => (scale > 1 ? reset() : zoomAt(fromMiddle(event), 3)));

  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, fromMiddle(event));
    swipe = fingers.size === 1 ? 0 : Number.NaN;
  });

  stage.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const point = fromMiddle(event);
    if (fingers.size === 2) {
      const before = spread();
      fingers.set(event.pointerId, point);
      const after = spread();
      zoomAt(after, (scale * after.distance) / before.distance);
      return;
    }
    fingers.set(event.pointerId, point);
    if (scale > 1) {
      x += point.x - last.x;
      y += point.y - last.y;
      show();
    } else {
      swipe += point.x - last.x;
    }
  });

  const lift = (event) => {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    if (scale === 1 && Math.abs(swipe) > SWIPE_PX && event.type === "pointerup") onSwipe(swipe < 0 ? 1 : -1);
    swipe = 0;
  };
  stage.addEventListener("pointerup", lift);
  stage.addEventListener("pointercancel", lift);

  return { reset, by: (factor) => zoomAt({ x: 0, y: 0 }, scale * factor) };
}
