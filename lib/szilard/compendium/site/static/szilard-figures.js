// Opens and closes the pop-ups below figures, moves their sliders, copies citations, and prints in light. No library, no request.
(() => {
  "use strict";

  async function copy(button) {
    const pre = button.closest("dialog").querySelector(".szilard-bibtex");
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
    } catch {
      // Without clipboard access (a page opened from disk, say) the text is selected for the reader to copy.
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2500);
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const opener = target.closest("[data-szilard-open]");
    if (opener) document.getElementById(opener.dataset.szilardOpen)?.showModal();
    else if (target.closest(".szilard-close")) target.closest("dialog").close();
    else if (target.closest(".szilard-copy")) copy(target.closest(".szilard-copy"));
    else if (target.matches("dialog.szilard-dialog")) target.close(); // a click beside the pop-up
  });

  // A slider: the drawing of position k > 0 is the file of the figure with .k before its ending.
  for (const slider of document.querySelectorAll(".szilard-slider")) {
    const positions = JSON.parse(slider.dataset.szilardPositions);
    const range = slider.querySelector("input"), images = slider.parentElement.querySelectorAll(".szilard-picture img");
    const files = [...images].map((image) => image.getAttribute("src").match(/^(.*?)((?:-dark)?\.svg)$/));
    const show = () => {
      const place = Number(range.value);
      images.forEach((image, i) => { image.src = files[i][1] + (place ? `.${place}` : "") + files[i][2]; });
      slider.querySelector("output").textContent = positions[place];
      range.setAttribute("aria-valuetext", positions[place]);
    };
    range.addEventListener("input", show);
    slider.hidden = false;
    show(); // a reload may have kept the position
  }

  // Paper is white: a dark page is printed as a light one.
  const page = document.documentElement;
  let shown = null;
  addEventListener("beforeprint", () => {
    shown ??= page.dataset.theme;
    page.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = shown;
    shown = null;
  });
})();
