/** The catalog that is built into the front end, for views without a kernel and kernels that have registered nothing. */
import packaged from "../../../python/whyboard/catalog.json";
import { builtInCatalog } from "../protocol/guards";

export const packagedCatalog = builtInCatalog(packaged);
