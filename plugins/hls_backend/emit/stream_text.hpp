// SPDX-License-Identifier: Apache-2.0
//
// stream_text.hpp: pieces of the firmware of an io_stream design.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hls_backend/emit/design.hpp"
#include "hls_backend/emit/stream_plan.hpp"

namespace nac::hls {

/// What the names and arrays of the parts refer to.
struct stream_parts {
  const model &m;
  const stream_plan &plan;
};

/// firmware/weights/ of the process.
std::vector<file> arrays_of(const stream_parts &parts, const process &p);

/// Typedefs of the process for defines.h: accumulator, weights, biases.
std::string types_of(const stream_parts &parts, const process &p);

/// The struct of the process in parameters.h; before it, with strategy distributed_arithmetic, the function of shifts
/// and adds. Empty: it has none.
std::string config_of(const stream_parts &parts, const process &p);

/// Its line in the top function.
std::string call_of(const stream_parts &parts, const process &p);
/// A process that is written out in parameters.h: a concatenation, which has any number of inputs. Empty: a kernel.
std::string function_of(const stream_parts &parts, const process &p);

/// Name of the struct: "config4", or of a reorder process "config_layer4_out_2" after its stream.
std::string config_name(const stream_parts &parts, const process &p);
/// The headers of nac_utils that the process needs.
std::vector<std::string> headers_of(const stream_parts &parts, const process &p);
/// What it is and how long it takes, for a comment.
std::string summary_of(const stream_parts &parts, const process &p);

}  // namespace nac::hls
