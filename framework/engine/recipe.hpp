// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

enum class Optimizer { adam, adamw, sgd, rmsprop };
enum class Schedule { constant, cosine, step, plateau };

/// How one network is trained. Names and defaults follow PyTorch.
struct Recipe {
  int epochs = 30;
  int batch_size = 256;
  Optimizer optimizer = Optimizer::adam;
  double learning_rate = 1e-3;
  double weight_decay = 0;
  double momentum = 0;  ///< SGD and RMSprop
  Schedule schedule = Schedule::constant;
  double final_learning_rate = 0;  ///< cosine ends here
  int step_size = 10;              ///< step: epochs between drops
  double gamma = 0.1;              ///< step and plateau: factor of a drop
  int plateau_patience = 5;        ///< plateau: epochs without a better loss before a drop
  int patience = 0;                ///< epochs without a better best before stopping; 0: never
  double clip_norm = 0;            ///< gradient norm limit; 0: none
  bool monitor_metric = false;     ///< best epoch and patience by the first metric instead of the validation loss
};

const char *name_of(Optimizer optimizer);
const char *name_of(Schedule schedule);
bool parse(const std::string &text, Optimizer &out);
bool parse(const std::string &text, Schedule &out);

}  // namespace nac::fw
