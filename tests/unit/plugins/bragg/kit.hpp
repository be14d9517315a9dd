// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "bragg/task.hpp"
#include "graph/graph.hpp"
#include "nac/cpp/host.hpp"
#include "services/call.hpp"
#include "services/graph_service.hpp"
#include "services/host.hpp"
#include "services/space.hpp"

namespace nac::test {

/// Gives the code under test the services of the real host.
inline void attach_host() {
  static const fw::Host *const attached = [] {
    static fw::Host host;
    nac::host().attach(host.get());
    return &host;
  }();
  (void)attached;
}

struct batch {
  std::vector<float> patches;  ///< 121 each
  std::vector<float> centers;  ///< 2 each: column, row
};

/// Samples of a task, through its C table; `stream` keys the augmentation.
inline batch read(bragg::bragg_task &task, const std::string &split, const std::vector<uint64_t> &index,
                  uint64_t stream = 1) {
  const fw::Call call(stream);
  nac_tensor *input = nullptr, *target = nullptr;
  nac_error err = empty_error();
  check(detail::task_table().read(static_cast<nac::task *>(&task), split.c_str(), index.data(), index.size(), &input, 1,
                                  &target, 1, call.get(), &err),
        err);
  batch b;
  const float *p = dense<float>(input->view), *c = dense<float>(target->view);
  b.patches.assign(p, p + index.size() * 121);
  b.centers.assign(c, c + index.size() * 2);
  input->deleter(input);
  target->deleter(target);
  return b;
}

inline std::vector<uint64_t> first(uint64_t count) {
  std::vector<uint64_t> index(count);
  for (uint64_t i = 0; i < count; ++i) index[i] = i;
  return index;
}

inline fw::Graph build_preset(bragg::bragg_task &task, const std::string &name) {
  fw::Graph graph;
  graph_builder builder(fw::to_abi(&graph));
  task.build_preset(name, builder);
  graph.check();
  return graph;
}

/// Options for quick synthetic data.
inline bragg::task_options small_options(uint64_t samples = 100) {
  bragg::task_options o;
  o.synthetic.samples = samples;
  o.use_cache = false;
  return o;
}

}  // namespace nac::test
