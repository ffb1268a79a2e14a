/** Names that JupyterLab, the kernel and we must agree on. */
export const WIDGET_MIME = "application/vnd.jupyter.widget-view+json";
export const VIEW_MIME = "application/vnd.whyboard.view+json";
export const SVG_MIME = "image/svg+xml";
export const FILE_TYPE = "whyboard-model";
export const FACTORY = "Model (whyboard)";
export const EXTENSION = ".why.json";
/** Settings and translations of the extension. */
export const PLUGIN = "whyboard:plugin";
export const DOMAIN = "whyboard";
