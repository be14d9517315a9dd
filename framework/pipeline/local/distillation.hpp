// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// A training that is drawn to the outputs of another network (Hinton, Vinyals, Dean 2015).
struct Distillation {
  double share = 0;        ///< in [0, 1]
  double temperature = 1;  ///< > 0
  bool operator==(const Distillation &) const = default;
};

/// Appends to a network with its loss one more target for each of the network's outputs, of the output's shape: what
/// the teacher gives there. The loss becomes share * distance + (1 - share) * loss. For an output that goes into a
/// SoftmaxCrossEntropyLoss the distance is T^2 times the Kullback-Leibler divergence from the student's to the
/// teacher's softmax at temperature T, mean over the batch and further dimensions; else the mean squared difference.
/// Distances of several outputs are added.
TaskProxy::WithLoss with_teacher(const TaskProxy::WithLoss &task_loss, const Distillation &distillation);

}  // namespace nac::fw
