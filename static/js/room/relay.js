// Whether the relay can be reached from here. A browser that may use nothing but relays, and finds none, says nothing at
// all: so the wait has an end of its own.

// True, false, or null where there is no relay to reach.
export async function reachesRelay(iceServers, patience = 5000) {
  if (!iceServers.length) return null;
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
  try {
    return await new Promise((resolve) => {
      setTimeout(() => resolve(false), patience);
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.candidate) resolve(true);
        else if (!candidate) resolve(false); // that was all
      };
      connection.createDataChannel("");
      connection.setLocalDescription().catch(() => resolve(false));
    });
  } finally {
    connection.close();
  }
}
