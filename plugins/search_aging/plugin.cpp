// SPDX-License-Identifier: Apache-2.0
#include "aging.hpp"

static constexpr nac_param kPopulation = nac::parameter(
    NAC_PARAM_INTEGER, "population", "youngest results that are alive; the oldest dies", "50", "[2, 100000]");
static constexpr nac_param kSample = nac::parameter(
    NAC_PARAM_INTEGER, "sample", "contestants of a tournament; 0: a quarter of the population", "0", "[0, 100000]");
static const nac_param *const kParams[] = {&kPopulation, &kSample};

static const nac_descriptor kAging =
    nac::describe(NAC_KIND_SEARCH, "org.nac.aging", "Regularized evolution", "NAC", "0.1.0", "Apache-2.0",
                  "evolution by mutation in which the oldest dies, not the worst", kParams);

NAC_PLUGIN(nac::entry(kAging, nac::make_search<nac::searching::aging>))
