// Sets the colour scheme before the first paint, so that nothing flashes.
(function () {
  var chosen = "auto";
  try {
    chosen = localStorage.getItem("frostgate.theme") || "auto";
  } catch (e) {
    // Storage may be off; the system's scheme is used.
  }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
