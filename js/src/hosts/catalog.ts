/** The catalog that is built into the front end, for views without a kernel and kernels that have registered nothing. */
import packaged from "../../../python/whyboard/catalog.json";
import type { Catalog } from "../protocol/types";

export const packagedCatalog: Catalog = packaged;
