// SPDX-License-Identifier: Apache-2.0
#include "nsga2.hpp"

static constexpr nac_param kPopulation = nac::parameter(
    NAC_PARAM_INTEGER, "population", "survivors kept; 0: 20 below a budget of 500 trials, else 50", "0", "[0, 100000]");
static constexpr nac_param kCrossover =
    nac::parameter(NAC_PARAM_NUMBER, "crossover",
                   "probability that a candidate has two parents; -1: by the kinds of dimensions", "-1", "[-1, 1]");
static const nac_param *const kParams[] = {&kPopulation, &kCrossover};

static const nac_descriptor kNsga2 =
    nac::describe(NAC_KIND_SEARCH, "org.nac.nsga2", "NSGA-II", "NAC", "0.1.0", "Apache-2.0",
                  "steady-state multi-objective evolution for conditional spaces, without duplicates", kParams);

NAC_PLUGIN(nac::entry(kNsga2, nac::make_search<nac::searching::nsga2>))
