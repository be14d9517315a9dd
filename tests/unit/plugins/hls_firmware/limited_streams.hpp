// SPDX-License-Identifier: Apache-2.0
//
// limited_streams.hpp: streaming firmware as hardware runs it: every process in a thread of its own, all samples one
// behind the other, streams as deep as the design says.
#pragma once
#include <string>

namespace hls_tests {

/// hls_stream.h whose streams add what is left in them to `leftover`.
extern const char *const kCountingStream;
/// The same, of limited depth, between threads. Who waits for seconds is stuck, and says so.
extern const char *const kBlockingStream;

/// The top function's source with its calls in threads, each for all samples.
std::string in_threads(const std::string &source);
/// nac_concurrent_<number>: arguments and result of nac_simulate. 2: somebody waited for ever.
std::string concurrent_driver(const std::string &number);

}  // namespace hls_tests
