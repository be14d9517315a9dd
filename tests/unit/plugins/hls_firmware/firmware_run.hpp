// SPDX-License-Identifier: Apache-2.0
//
// firmware_run.hpp: a generated project compiled by g++ and run, as its owner would.
#pragma once
#include <string>
#include <vector>

#include "firmware_batch.hpp"
#include "hls_backend/emit/project.hpp"
#include "hls_backend/model/model.hpp"

namespace hls_tests {

/// A folder of its own with a project in it, gone with the object.
class firmware_run {
 public:
  explicit firmware_run(const nac::hls::model &m);
  ~firmware_run();
  firmware_run(const firmware_run &) = delete;
  firmware_run &operator=(const firmware_run &) = delete;

  void write(const nac::hls::file &f) const;
  /// tb_data of `count` samples with the integers of evaluate().
  void write_vectors(int count) const;
  /// Without a warning of -Wall -Wextra, or the output says which.
  program_result compile_testbench() const;
  program_result run_testbench() const;
  const std::string &folder() const { return folder_; }

 private:
  const nac::hls::model &m_;
  std::string folder_;
};

}  // namespace hls_tests
