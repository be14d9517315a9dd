// SPDX-License-Identifier: Apache-2.0
//
// design.hpp: the text of the firmware, made by one of two generators (io_parallel, io_stream), before project.hpp puts
// files around it. Same model, same bytes.
#pragma once
#include <string>
#include <vector>

#include "hls_backend/model/model.hpp"

namespace nac::hls {

struct file {
  std::string path;  ///< in the project, '/'-separated
  std::string bytes;
};

/// One argument of the top function.
struct port {
  std::string name;  ///< of the argument, a C identifier
  std::string type;  ///< of an element: "input_t", "result_t", "layer4_t"
  fixed_type element;
  int64_t size = 0;  ///< elements of one sample
  int64_t word = 0;  ///< elements that arrive at a time: `size` for an array
  /// order[i]: which element of the flat tensor the i-th one to arrive is; of length `size`.
  std::vector<int64_t> order;
};

struct design {
  std::vector<port> inputs, outputs;
  std::string defines;        ///< body of firmware/defines.h: sizes and types
  std::string parameters;     ///< body of firmware/parameters.h: one config struct per layer, with its includes
  std::string function;       ///< the top function, whole; its declaration is made from the ports
  std::vector<file> weights;  ///< firmware/weights/*.h and *.txt
};

design parallel_design(const model &m);  ///< array arguments, everything unrolled as far as the reuse factor allows
design stream_design(const model &m);    ///< hls::stream<nac::array<T, C>> arguments, a dataflow of layers

/// Body of a function that multiplies by the constant matrix of a dense or conv layer with shifts and adds that outputs
/// share: `static void NAME(const IN_T x[n_in], ACC_T y[n_out])`, bias included. IN_T is the type of the tensor that
/// the layer reads, ACC_T its accumulator. `attributes`: pragma lines for the top of the body.
std::string adder_function(const model &m, const layer &l, const std::string &name, const std::string &attributes);

}  // namespace nac::hls
