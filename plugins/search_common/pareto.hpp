// SPDX-License-Identifier: Apache-2.0
//
// pareto.hpp: dominance, non-dominated ranks and crowding. Objectives are minimized and come as rows of one flat array:
// objective k of point i is f[i * m + k].
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nac::searching {

/// a is nowhere worse than b and somewhere better.
bool dominates(const double *a, const double *b, std::size_t m);

/// Rank of every point: 0 for the non-dominated ones, 1 for those that only rank 0 dominates, ... Equal points share a
/// rank. ENS-BS of Zhang, Tian, Cheng, Jin (IEEE Trans. Evol. Comput. 19, 2015): O(n log n) for two objectives.
std::vector<uint32_t> nondominated_ranks(const std::vector<double> &f, std::size_t m);

/// Crowding distance (Deb, Pratap, Agarwal, Meyarivan 2002, section III-B) of each of `members`, in their order:
/// infinite at the ends of an objective, else the sum of the neighbours' distances over the range. Ties are broken by
/// the position in `members`.
std::vector<double> crowding(const std::vector<double> &f, std::size_t m, const std::vector<uint32_t> &members);

}  // namespace nac::searching
