// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "nac/cpp/task.hpp"

namespace jets {

/// Declares accuracy, auc_g ... auc_t (each class against the other four) and auc (their mean), in this order.
void declare_metrics(nac::task_facts &facts);

/// Metrics of logits [N, 5] against labels [N]. The area of a class without jets (or with all of them) is undefined: it
/// is reported as 0.5 and left out of the mean. Throws on logits that are not finite and on labels outside 0..4, naming
/// the sample.
std::unique_ptr<nac::metrics_run> make_metrics();

}  // namespace jets
