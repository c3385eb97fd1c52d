// Hydrogen, a whole Matrix client that others wrote, as a page: its views, nothing of ours.
import olmJs from "@matrix-org/olm/olm.js?url";
import olmWasm from "@matrix-org/olm/olm.wasm?url";
import olmLegacy from "@matrix-org/olm/olm_legacy.js?url";
import * as hydrogen from "hydrogen-view-sdk";
import downloadSandbox from "hydrogen-view-sdk/download-sandbox.html?url";
import worker from "hydrogen-view-sdk/main.js?url";
import "hydrogen-view-sdk/theme-element-light.css";

const platform = new hydrogen.Platform({
  container: document.body,
  assetPaths: {
    downloadSandbox,
    worker,
    serviceWorker: "sw.js",
    olm: { wasm: olmWasm, legacyBundle: olmLegacy, wasmBundle: olmJs },
  },
  config: { defaultHomeServer: new URLSearchParams(location.search).get("house") },
  options: { development: false },
});
await platform.init();
const navigation = hydrogen.createNavigation();
platform.setNavigation(navigation);
const urlRouter = hydrogen.createRouter({ navigation, history: platform.history });
urlRouter.attach();
const features = new hydrogen.FeatureSet(hydrogen.FeatureFlag.CrossSigning);
const model = new hydrogen.RootViewModel({ platform, urlRouter, navigation, features });
await model.load();
platform.createAndMountRootView(model);
