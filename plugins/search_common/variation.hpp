// SPDX-License-Identifier: Apache-2.0
//
// variation.hpp: crossover and mutation of full genomes in conditional spaces.
#pragma once
#include "search_common/space_model.hpp"

namespace nac::searching {

/// How numbers are varied. Uniform finds good regions early, local converges late (measured on ZDT and DTLZ2), so
/// nsga2 draws one of them per child. Integers and ordered dimensions with many values count as numbers.
enum class number_mode { uniform, local };

/// Child of two full genomes. Discrete genes come from one parent: either gene by gene or, with probability 1/2, whole
/// conditional subtrees at once; a gene that is active in one parent only comes from that parent, whose evaluation said
/// something about it. Numbers: the same in uniform mode, SBX with index 15 (Deb, Agrawal 1995) in local mode.
genome crossover(const space_model &space, const genome &a, const genome &b, number_mode mode, rng &r);

/// Changes every active gene with probability 1/(number of active variable genes), and at least `minimum` of them as
/// far as there are that many. Discrete genes get another value: a neighbour with probability 0.7 where values are
/// ordered, else uniform. Numbers: uniform, or polynomial mutation with index 20 (Deb, Goyal 1996).
void mutate(const space_model &space, genome &g, number_mode mode, std::size_t minimum, rng &r);

/// Changes exactly one active gene in the same way: the smallest step there is in architecture space.
void mutate_one(const space_model &space, genome &g, number_mode mode, rng &r);

}  // namespace nac::searching
