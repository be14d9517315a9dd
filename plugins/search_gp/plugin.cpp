// SPDX-License-Identifier: Apache-2.0
#include "gp_search.hpp"

static constexpr nac_param kInitial =
    nac::parameter(NAC_PARAM_INTEGER, "initial", "spread candidates before the model takes over; 0: 16 to 30 by budget",
                   "0", "[0, 100000]");
static constexpr nac_param kCandidates =
    nac::parameter(NAC_PARAM_INTEGER, "candidates", "children compared for each proposal", "300", "[10, 100000]");
static constexpr nac_param kPoints = nac::parameter(
    NAC_PARAM_INTEGER, "points", "results in a model at most; more cost time per proposal", "500", "[50, 4000]");
static const nac_param *const kParams[] = {&kInitial, &kCandidates, &kPoints};

static const nac_descriptor kGp =
    nac::describe(NAC_KIND_SEARCH, "org.nac.gp", "Gaussian process", "NAC", "0.1.0", "Apache-2.0",
                  "multi-objective search that models what training tells and knows costs beforehand", kParams);

NAC_PLUGIN(nac::entry(kGp, nac::make_search<nac::searching::gp_search>))
