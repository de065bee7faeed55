// The shell's behaviour on every page. Pages work without it; it adds comfort.
import "./htmx";
import { labelCards } from "./cards";
import { watchDialogs } from "./dialogs";
import { watchMenus } from "./menus";
import { watchMessages } from "./messages";
import { watchTheme } from "./theme";

watchTheme();
watchMenus();
watchDialogs();
watchMessages();
labelCards(document);
document.addEventListener("htmx:load", (event) => labelCards(event.target as Element));
