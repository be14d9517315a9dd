// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nac::bench {

/// Times estimate() on models of the paper's size and prints what it says of them.
void print_timing();

}  // namespace nac::bench
