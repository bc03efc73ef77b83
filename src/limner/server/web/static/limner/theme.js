// Runs before the first paint, so that a page in the other theme never flashes.
{
  const theme = localStorage.getItem("limner.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}
