/**
 * The JupyterLab extension: one plugin for each thing it adds. The folder may import the document, the hosts and
 * `mount`; nothing imports the folder.
 */
import { commandPlugin } from "./command-plugin";
import { documentPlugin } from "./document-plugin";
import { notebookPlugin } from "./notebook-plugin";
import { sidePanelPlugin } from "./side-panel-plugin";

export default [documentPlugin, notebookPlugin, commandPlugin, sidePanelPlugin];
