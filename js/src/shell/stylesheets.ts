/** The shell joins panels, editor and diagram into one application; only mount may import it. Its sheets come first. */
import code from "../panels/code.css";
import data from "../panels/data.css";
import diagnostics from "../panels/diagnostics.css";
import dialog from "../panels/dialog.css";
import field from "../panels/field.css";
import help from "../panels/help.css";
import inspector from "../panels/inspector.css";
import menu from "../panels/menu.css";
import methodMenu from "../panels/method-menu.css";
import optionsForm from "../panels/options-form.css";
import palette from "../panels/palette.css";
import results from "../panels/results.css";
import status from "../panels/status.css";
import toolbar from "../panels/toolbar.css";
import { stylesheet } from "../styles";
import editor from "./editor.css";
import modes from "./modes.css";
import side from "./side.css";
import stage from "./stage.css";

/** Register the sheets of shell and panels. A function, because a bundler drops imports that are only there for their effect. */
export function registerStyles(): void {
  for (const css of [
    editor,
    side,
    stage,
    field,
    toolbar,
    palette,
    data,
    inspector,
    results,
    diagnostics,
    code,
    status,
    dialog,
    optionsForm,
    menu,
    methodMenu,
    help,
    modes,
  ])
    stylesheet(css);
}
