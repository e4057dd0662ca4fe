// The page as HTML, and where the files are that it loads

export { dashboardDir } from "./dashboard-dir.js";
export { type PageContent, renderPage } from "./render-page.js";

// What its address says

export { type Address, readAddress } from "./view/address.js";
