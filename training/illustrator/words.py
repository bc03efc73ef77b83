"""The attributes a drawing has, and the words a caption may use for each.

The first word of every tuple of synonyms is the attribute's own name.
"""

from typing import Final

SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "boat": ("boat", "boat", "sailing boat", "sailboat", "ship"),
    "house": ("house", "house", "cottage", "cabin", "home"),
    "tree": ("tree",),
    "balloon": ("balloon", "hot air balloon"),
    "lighthouse": ("lighthouse",),
    "castle": ("castle", "castle", "fortress", "palace"),
    "cactus": ("cactus",),
    "windmill": ("windmill", "windmill", "mill"),
    "rocket": ("rocket", "rocket", "spaceship", "space rocket"),
    "cat": ("cat", "cat", "kitten", "kitty"),
    "mushroom": ("mushroom", "mushroom", "toadstool"),
    "tent": ("tent", "tent", "camping tent"),
    "car": ("car", "car", "automobile", "little car"),
    "umbrella": ("umbrella", "umbrella", "parasol"),
    "flower": ("flower", "flower", "blossom", "big flower"),
}

COLOURS: Final[dict[str, tuple[str, ...]]] = {
    "red": ("red", "red", "red", "scarlet", "crimson"),
    "orange": ("orange", "orange", "orange", "tangerine"),
    "yellow": ("yellow", "yellow", "yellow", "golden"),
    "green": ("green", "green", "green", "emerald"),
    "turquoise": ("turquoise", "turquoise", "teal", "cyan"),
    "blue": ("blue", "blue", "blue", "azure"),
    "purple": ("purple", "purple", "violet"),
    "pink": ("pink", "pink", "pink", "rose"),
    "white": ("white", "white", "white", "snow-white"),
    "black": ("black", "black", "black", "dark"),
}

SETTINGS: Final[dict[str, tuple[str, ...]]] = {
    "sea": ("on the sea", "on the sea", "at sea", "on the ocean", "by the sea", "in the sea"),
    "lake": ("on a lake", "on the lake", "by a lake", "at the lake", "on a mountain lake"),
    "meadow": (
        "in the meadow",
        "in a meadow",
        "on the grass",
        "in a green field",
        "on a hill",
        "in the countryside",
    ),
    "forest": ("in the forest", "in a forest", "in the woods", "among the trees", "in a wood"),
    "desert": ("in the desert", "in a desert", "among sand dunes", "on the sand"),
    "mountains": ("in the mountains", "in front of mountains", "below the mountains", "in the alps"),
    "city": ("in the city", "in a city", "in town", "in front of skyscrapers", "among tall buildings"),
    "arctic": ("in the arctic", "on the ice", "among icebergs", "at the north pole", "on a glacier"),
}

SETTING_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "sea": ("sea", "ocean"),
    "lake": ("lake",),
    "meadow": ("meadow", "field", "grass"),
    "forest": ("forest", "woods"),
    "desert": ("desert", "dunes"),
    "mountains": ("mountains", "alps"),
    "city": ("city", "town", "skyscrapers"),
    "arctic": ("arctic", "ice", "icebergs"),
}

TIMES: Final[dict[str, tuple[str, ...]]] = {
    "dawn": ("at dawn", "at dawn", "at sunrise", "in the early morning", "in the morning"),
    "day": ("by day", "by day", "during the day", "at noon", "in the daytime", "in daylight"),
    "sunset": ("at sunset", "at sunset", "at dusk", "in the evening"),
    "night": ("at night", "at night", "by night", "by moonlight", "at midnight"),
}

TIME_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "dawn": ("dawn", "sunrise", "morning"),
    "day": ("day", "daytime", "noon"),
    "sunset": ("sunset", "dusk", "evening"),
    "night": ("night", "moonlight", "midnight"),
}

WEATHERS: Final[dict[str, tuple[str, ...]]] = {
    "clear": ("under a clear sky", "in clear weather", "in fine weather", "with a clear sky"),
    "cloudy": ("under a cloudy sky", "under clouds", "with many clouds", "in cloudy weather"),
    "rain": ("in the rain", "in the rain", "in rainy weather", "while it rains", "under falling rain"),
    "snow": ("while it snows", "in falling snow", "in snowy weather", "with snow falling", "in a snowfall"),
    "fog": ("in the fog", "in fog", "in the mist", "in foggy weather", "in a misty haze"),
}

WEATHER_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "clear": ("clear sky", "clear", "sunny"),
    "cloudy": ("cloudy", "clouds", "overcast"),
    "rain": ("rain", "rainy", "raining"),
    "snow": ("snow", "snowy", "snowing"),
    "fog": ("fog", "foggy", "misty"),
}

ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "subject": tuple(SUBJECTS),
    "colour": tuple(COLOURS),
    "setting": tuple(SETTINGS),
    "time": tuple(TIMES),
    "weather": tuple(WEATHERS),
}
