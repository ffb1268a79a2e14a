/** The shell joins panels, editor and diagram into one application; only mount may import it. Its sheets come first. */
import data from "../panels/data.css";
import dialog from "../panels/dialog.css";
import field from "../panels/field.css";
import palette from "../panels/palette.css";
import results from "../panels/results.css";
import status from "../panels/status.css";
import toolbar from "../panels/toolbar.css";
import { stylesheet } from "../styles";
import editor from "./editor.css";

for (const css of [editor, field, toolbar, palette, data, results, status, dialog]) stylesheet(css);
