// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hls_backend/emit/design.hpp"

namespace nac::hls {

/// "void PROJECT(input_t x[16], result_t y[5])"
std::string signature(const model &m, const design &d);

/// Definitions that <proj>_test.cpp and <proj>_bridge.cpp both start with: a struct `sample` that holds the arguments
/// of the top function for one sample, with
///   void put(const float *const *in)    in[i]: values of input i in the order of its tensor
///   void run()
///   template <class TAKE> void take(TAKE &to)    to(output, element, value) for all values, in any order
std::string sample_struct(const model &m, const design &d);

std::string testbench_text(const model &m, const design &d);  ///< <proj>_test.cpp
std::string bridge_text(const model &m, const design &d);     ///< <proj>_bridge.cpp

}  // namespace nac::hls
