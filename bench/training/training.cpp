// SPDX-License-Identifier: Apache-2.0
//
// The side of bench/training/run that our engines are on: bench_training --engine torch|fused --seed N
#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <exception>

#include "nac/base.h"
#include "serve.hpp"
#include "services/log.hpp"

int main(int argc, char **argv) {
  namespace po = boost::program_options;
  std::string engine;
  uint64_t seed = 2;
  po::options_description described("bench_training");
  described.add_options()("engine", po::value(&engine)->required(), "torch or fused")(
      "seed", po::value(&seed), "of weights, shuffling and augmentation");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, described), given);
    po::notify(given);
    nac::fw::set_log_threshold(NAC_LOG_WARNING);
    nac::fw::training::serve(engine, seed);
    return 0;
  } catch (const po::error &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  } catch (const std::exception &e) {
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
}
