/** The JupyterLab extension: one plugin for each thing it adds. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

const renderer: JupyterFrontEndPlugin<void> = {
  id: "whyboard:plugin",
  autoStart: true,
  activate: (_app: JupyterFrontEnd) => {},
};

export default [renderer];
