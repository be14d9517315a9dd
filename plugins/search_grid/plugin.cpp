// SPDX-License-Identifier: Apache-2.0
#include "grid_search.hpp"

static constexpr nac_param kLevels = nac::parameter(
    NAC_PARAM_INTEGER, "levels", "values of every continuous dimension, both ends included", "5", "[2, 1000000]");
static const nac_param *const kParams[] = {&kLevels};

static const nac_descriptor kGrid =
    nac::describe(NAC_KIND_SEARCH, "org.nac.grid", "Grid search", "NAC", "0.1.0", "Apache-2.0",
                  "every combination of values, coarse grids first, then ends", kParams);

NAC_PLUGIN(nac::entry(kGrid, nac::make_search<nac::searching::grid_search>))
