// Optional. Every page reads and works without it.
// Adds: the theme switch and copy buttons.
(function () {
  "use strict";
  var KEY = "laurels-theme"; // Django's admin keeps its own under "theme"
  var root = document.documentElement;
  var store = {
    get: function () { try { return localStorage.getItem(KEY); } catch (e) { return null; } },
    set: function (v) { try { v ? localStorage.setItem(KEY, v) : localStorage.removeItem(KEY); } catch (e) { /* private window */ } },
  };
  function paint(theme) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  }
  paint(store.get());

  function themeSwitch(holder) {
    var label = document.createElement("label");
    var select = document.createElement("select");
    label.textContent = "Theme ";
    [["", "As the system"], ["light", "Light"], ["dark", "Dark"]].forEach(function (o) { select.add(new Option(o[1], o[0])); });
    select.value = store.get() || "";
    select.addEventListener("change", function () { store.set(select.value); paint(select.value); });
    label.append(select);
    holder.replaceChildren(label);
    holder.hidden = false;
  }

  function copyButton(button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        var said = button.querySelector("span");
        var before = said.textContent;
        said.textContent = "Copied";
        setTimeout(function () { said.textContent = before; }, 2000);
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-switch]").forEach(themeSwitch);
    document.querySelectorAll("[data-copy]").forEach(copyButton);
  });
})();
