// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/tensor.hpp"

namespace nac::fw::training {

/// NumPy's file format, version 1.0; float32 and int64.
void write_npy(const std::string &path, const Tensor &tensor);

}  // namespace nac::fw::training
