// SPDX-License-Identifier: Apache-2.0
//
// firmware_batch.hpp: several projects compiled into one library, called through their bridges.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "joined_projects.hpp"

namespace hls_tests {

class firmware_batch {
 public:
  /// Compiled without a warning of -Wall -Wextra, or throws with the compiler's words.
  explicit firmware_batch(std::vector<named_model> models, bool concurrent = false);
  ~firmware_batch();
  firmware_batch(const firmware_batch &) = delete;
  firmware_batch &operator=(const firmware_batch &) = delete;

  const std::vector<named_model> &models() const { return models_; }
  const nac::hls::model &find(const std::string &name) const { return models_[number_of(name)].m; }
  /// Its bridge.
  int simulate(const std::string &name, const float *const *inputs, double *const *outputs,
               unsigned long long rows) const;
  /// "" when all integers of `count` samples are those of evaluate() and no stream keeps a word, else what is wrong.
  std::string difference(const std::string &name, int count) const;

 private:
  std::size_t number_of(const std::string &name) const;

  std::vector<named_model> models_;
  bool concurrent_;
  std::string folder_;
  void *library_ = nullptr;
};

/// A new folder for temporary files.
std::string temporary_folder();
/// Runs `command` in `folder`: its exit status, and what it printed.
struct program_result {
  int status = 0;
  std::string output;
};
program_result shell(const std::string &folder, const std::string &command);

}  // namespace hls_tests
