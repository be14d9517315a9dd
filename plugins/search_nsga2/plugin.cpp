// SPDX-License-Identifier: Apache-2.0
#include "nsga2.hpp"

static constexpr nac_param kPopulation = nac::parameter(
    NAC_PARAM_INTEGER, "population",
    "survivors kept; 0: 20, and in discrete spaces as many as are non-dominated, up to 100", "0", "[0, 100000]");
static constexpr nac_param kCrossover =
    nac::parameter(NAC_PARAM_NUMBER, "crossover",
                   "probability that a candidate has two parents; -1: by the kinds of dimensions", "-1", "[-1, 1]");
static constexpr nac_param kMode = nac::parameter(
    NAC_PARAM_TEXT, "mode", "when results join the population: each at once, or by generations; auto: steady",
    "\"auto\"", "{auto, steady, generational}");
static constexpr nac_param kCompat =
    nac::parameter(NAC_PARAM_TEXT, "compat", "optuna: vary, survive and repeat as Optuna 3.1 does, for comparisons",
                   "\"none\"", "{none, optuna}");
static const nac_param *const kParams[] = {&kPopulation, &kCrossover, &kMode, &kCompat};

static const nac_descriptor kNsga2 =
    nac::describe(NAC_KIND_SEARCH, "org.nac.nsga2", "NSGA-II", "NAC", "0.1.0", "Apache-2.0",
                  "multi-objective evolution for conditional spaces, without duplicates", kParams);

NAC_PLUGIN(nac::entry(kNsga2, nac::make_search<nac::searching::nsga2>))
