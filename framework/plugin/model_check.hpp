// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/graph.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// A network as a task built it: passes Graph::check, has exactly the inputs of `info` with the batch in front, and an
/// output. Throws Error naming input, shapes and what is expected.
void check_model(const Graph &graph, const TaskInfo &info);
/// A network with its loss: `before` is untouched in it, the targets of `info` are its last inputs, and `loss` is a
/// scalar float that depends on an output of the network.
void check_with_loss(const Graph &before, const Graph &graph, ValueId loss, const TaskInfo &info);

}  // namespace nac::fw
