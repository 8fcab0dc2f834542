"""What tests do to a page of the room before its own script runs, or while it runs."""

from __future__ import annotations

NO_DEVICES = """
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("not found", "NotFoundError"); };
"""
NO_CAMERA = """
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.video) throw new DOMException("Requested device not found", "NotFoundError");
    return real(wanted);
  };
"""
CAMERA_IN_USE = NO_CAMERA.replace("NotFoundError", "NotReadableError")
UNPLUGGED = """
  localStorage.setItem("room-devices", JSON.stringify({ video: "gone", audio: "gone" }));
"""
ONLY_RELAYS = """
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = function (settings) { return new Real({ ...settings, iceTransportPolicy: "relay" }); };
"""
COUNTS_CONNECTIONS = """
  const Real = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = function (settings) {
    const made = new Real(settings);
    made.restarts = 0;
    made.restartIce = () => { made.restarts += 1; Real.prototype.restartIce.call(made); };
    made.offers = 0;
    made.addEventListener("signalingstatechange", () => { made.offers += made.signalingState === "have-local-offer"; });
    window.connections.push(made);
    return made;
  };
"""
STORM = """async () => {
  const { Call } = await import("/static/js/room/call.js");
  const began = performance.now();
  const Real = window.RTCPeerConnection;
  class Broken extends EventTarget {
    connectionState = "new"; signalingState = "stable"; remoteDescription = null;
    createDataChannel() { return { readyState: "connecting" }; }
    addTransceiver() { return { sender: {} }; }
    close() {}
    restarts = [];
    restartIce() { this.restarts.push(performance.now() - began); this.fail(); }
    fail() { this.connectionState = "failed"; this.onconnectionstatechange(); }
  }
  window.RTCPeerConnection = Broken;
  const on = { tell() {}, state() {}, track() {}, stuck() {}, told() {}, chat() {}, channel() {} };
  const facts = { iceServers: [], tracks: { audio: null, video: null }, patience: 60_000, on };
  const calls = [false, true].map((polite) => new Call({ polite, ...facts }));
  window.RTCPeerConnection = Real;
  for (const call of calls) call.pc.fail();
  await new Promise((resolve) => setTimeout(resolve, 3900));
  for (const call of calls) call.close();
  return calls.map((call) => call.pc.restarts);
}"""
AUDIO_ENERGY = """async () => {
  let energy = 0;
  for (const each of (await window.connections.at(-1).getStats()).values()) {
    if (each.type === "inbound-rtp" && each.kind === "audio") energy = each.totalAudioEnergy;
  }
  return energy;
}"""
SENDS_SCREEN = """() => {
  const { track } = window.connections.at(-1).getSenders().find((each) => each.track?.kind === "video");
  return track.getSettings().displaySurface !== undefined;
}"""
