// What can be changed during the call: the devices, which way the camera looks, what lies behind oneself, a small window,
// text of what is said. Each is offered only where this browser can do it.

import { Captions } from "./captions.js";

const byId = (id) => document.getElementById(id);

export class Panel {
  constructor({ devices, choice, stage, texts, changed }) {
    Object.assign(this, { devices, choice, stage, texts, changed });
    this.home = byId("choices").parentElement; // before the call the lists stand with what is tried there
    const lang = document.documentElement.lang;
    this.captions = new Captions({ lang, track: () => stage.soundOfOther(), show: (words) => stage.caption(words) });
    byId("panel-toggle").addEventListener("click", () => this.show(byId("panel").hidden));
    byId("panel-close").addEventListener("click", () => this.show(false));
    byId("flip").addEventListener("click", () => devices.flip());
    byId("blur").addEventListener("change", ({ target }) => devices.blur(target.checked));
    byId("small-window").addEventListener("click", () => stage.toggleSmallWindow());
    byId("captions").addEventListener("change", () => this.captions.toggle());
    byId("panel").addEventListener("keydown", ({ key }) => key === "Escape" && this.show(false));
    Captions.canDo(lang).then((can) => (byId("captions").closest("label").hidden = !can));
  }

  show(isOpen) {
    const wasOpen = !byId("panel").hidden;
    byId("panel").hidden = !isOpen;
    byId("panel-toggle").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      byId("panel-close").after(byId("choices"));
      this.fill();
      byId("panel-close").focus();
    } else {
      this.home.insertBefore(byId("choices"), byId("relay-words"));
      if (wasOpen) byId("panel-toggle").focus();
    }
    this.changed();
  }

  async fill() {
    await this.choice.fill();
    byId("flip").hidden = !(this.choice.cameras > 1 && matchMedia("(pointer: coarse)").matches);
    byId("blur").closest("label").hidden = !this.devices.canBlur;
    byId("blur").checked = this.devices.isBlurred;
    byId("small-window").hidden = !document.pictureInPictureEnabled;
    byId("panel-none").hidden = [...byId("panel").querySelectorAll("[data-offer]")].some((each) => !each.closest("[hidden]"));
  }

  // The call is over, or another one begins.
  reset() {
    this.captions.stop();
    byId("captions").checked = false;
    if (!byId("panel").hidden) this.show(false);
  }
}
