// What has to be known before anything is painted: the theme, and which parts an embedding page asks for. The values are
// checked later, by embed.ts, where they can be answered.
{
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);
  const words = (name, usual) =>
    (query.get(name) || usual)
      .toLowerCase()
      .split(/[\s,]+/)
      .join(" ");
  const embedded = query.has("embed");
  let theme = embedded ? query.get("theme") : null;
  if (embedded) {
    root.dataset.embed = words("panels", "diagram why");
    root.dataset.controls = words("controls", "full");
  } else {
    try {
      theme = localStorage.getItem("flyte-lifecycle.theme");
    } catch {
      // Nothing may be stored here, so nothing was chosen.
    }
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
}
