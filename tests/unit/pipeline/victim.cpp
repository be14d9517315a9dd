// SPDX-License-Identifier: Apache-2.0
//
// Runs or resumes the fake study in a folder: pipeline_victim FOLDER TRIALS WORKERS [staged]. Exit code 0 when it is
// done.
#include <iostream>

#include "fakes.hpp"

int main(int argc, char **argv) {
  if (argc != 4 && argc != 5) return 2;
  try {
    nac::fw::Experiment experiment =
        (argc == 5 ? fakes::staged_experiment : fakes::experiment)(argv[1], std::stoull(argv[2]));
    experiment.search->parallel = std::stoi(argv[3]);
    const auto study = nac::fw::Study::open(
        argv[1], nac::fw::Study::exists(argv[1]) ? nac::fw::Study::Mode::resume : nac::fw::Study::Mode::create);
    fakes::Task task;
    fakes::Engine engine(3000);
    nac::fw::Observer silent;
    const std::atomic<int> interrupts{0};
    fakes::run(experiment, task, engine, *study, silent, interrupts);
    return 0;
  } catch (const std::exception &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
