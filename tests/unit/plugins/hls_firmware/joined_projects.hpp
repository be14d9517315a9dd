// SPDX-License-Identifier: Apache-2.0
//
// joined_projects.hpp: several generated projects as one source. Compilers take longer over the headers than over a
// small network.
#pragma once
#include <string>
#include <vector>

#include "hls_backend/model/model.hpp"

namespace hls_tests {

struct named_model {
  std::string name;
  nac::hls::model m;
};

/// What a joined source holds beside the firmware.
struct joining {
  bool bridges = true;
  bool testbenches = false;
  bool concurrent = false;  ///< each process in a thread of its own, see limited_streams.hpp
};

/// Writes project `i` to FOLDER/p<i>, for all `which`, and returns a source that includes their files as they are, each
/// project in a namespace; nac_simulate of project i is called nac_simulate_<i>. Needs FOLDER and
/// FOLDER/p<which[0]>/firmware/ap_types among the folders of headers.
std::string join_projects(const std::string &folder, const std::vector<named_model> &models,
                          const std::vector<std::size_t> &which, const joining &how);

void write_text(const std::string &path, const std::string &text);

}  // namespace hls_tests
