// SPDX-License-Identifier: Apache-2.0
#include "random_search.hpp"

static constexpr nac_descriptor kRandom =
    nac::describe(NAC_KIND_SEARCH, "org.nac.random", "Random search", "NAC", "0.1.0", "Apache-2.0",
                  "uniform sampling without repetition: the baseline of every comparison");

NAC_PLUGIN(nac::entry(kRandom, nac::make_search<nac::searching::random_search>))
