// The page's address with the runs that it opens, and of the browser no more than these ask for: what cannot be had here
// is the gallery, which is made of elements.

/** What was put off until the present call is over. */
const soon = [];
const heard = {};
const place = { hash: "", pathname: "/", search: "", href: "http://localhost/" };

Object.assign(globalThis, {
  window: { parent: undefined },
  location: place,
  history: {
    state: null,
    pushState: (state, _, url) => history.replaceState(state, _, url),
    replaceState(state, _, url) {
      history.state = state;
      place.hash = url.includes("#") ? url.slice(url.indexOf("#")) : "";
    },
  },
  document: { getElementById: () => null },
  addEventListener: (type, listener) => {
    heard[type] = listener;
  },
  MutationObserver: class {},
});
window.parent = window;

const { followAddress, linkNow } = await import("../../www/address.ts");
const { openExploredBy } = await import("../../www/explored.ts");
const store = await import("../../www/store.ts");
await store.start();
let explored = null;
openExploredBy((wanted) => {
  explored = wanted;
});

/** Goes to an address as somebody does who follows a link, and throws what the page would leave uncaught. */
function goTo(hash) {
  const { queueMicrotask: later } = globalThis;
  globalThis.queueMicrotask = (work) => soon.push(work);
  try {
    history.state = null;
    place.hash = hash;
    heard.hashchange();
    for (const work of soon.splice(0)) work();
  } finally {
    soon.length = 0;
    globalThis.queueMicrotask = later;
  }
  return explored;
}

followAddress();

export { exploredFrom } from "../../www/explored.ts";
export { decode, encode, trouble } from "../../www/location.ts";
export { goTo, linkNow, store };
