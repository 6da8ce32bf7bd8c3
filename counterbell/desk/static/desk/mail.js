// The frame of a mail is as high as the mail; without this file it scrolls.
(() => {
  "use strict";

  const frame = document.querySelector("iframe.mail");
  if (!frame) return;
  const fit = () => {
    const inside = frame.contentDocument?.documentElement;
    if (!inside) return;
    frame.style.height = "0";
    frame.style.height = `${inside.scrollHeight + 4}px`;
  };
  const watch = () => {
    fit();
    frame.contentDocument?.querySelectorAll("img").forEach((picture) => picture.addEventListener("load", fit));
    frame.contentDocument?.querySelectorAll("details").forEach((fold) => fold.addEventListener("toggle", fit));
  };
  frame.addEventListener("load", watch);
  watch();
  window.addEventListener("resize", fit);
})();
