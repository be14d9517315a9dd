// SPDX-License-Identifier: Apache-2.0
#include "manifest/stages.hpp"

namespace nac::fw {

Recipe RecipeChange::over(Recipe base) const {
  const auto take = [&](const char *key, auto member) {
    if (keys.count(key) != 0) base.*member = values.*member;
  };
  take("epochs", &Recipe::epochs);
  take("batch_size", &Recipe::batch_size);
  take("optimizer", &Recipe::optimizer);
  take("learning_rate", &Recipe::learning_rate);
  take("weight_decay", &Recipe::weight_decay);
  take("momentum", &Recipe::momentum);
  take("schedule", &Recipe::schedule);
  take("final_learning_rate", &Recipe::final_learning_rate);
  take("step_size", &Recipe::step_size);
  take("gamma", &Recipe::gamma);
  take("plateau_patience", &Recipe::plateau_patience);
  take("patience", &Recipe::patience);
  take("clip_norm", &Recipe::clip_norm);
  take("monitor", &Recipe::monitor_metric);
  return base;
}

TuneStage default_tune(const Recipe &search_train) {
  TuneStage stage;
  stage.strategy.plugin = kDefaultTuner;
  stage.base = search_train;
  return stage;
}

const std::vector<std::string> &choose_rule_names() {
  static const std::vector<std::string> names{"lexi", "knee", "budget"};
  return names;
}

const char *name_of(ChooseRule rule) { return choose_rule_names()[static_cast<std::size_t>(rule)].c_str(); }

bool parse(const std::string &text, ChooseRule &out) {
  for (std::size_t i = 0; i < choose_rule_names().size(); ++i)
    if (text == choose_rule_names()[i]) {
      out = static_cast<ChooseRule>(i);
      return true;
    }
  return false;
}

}  // namespace nac::fw
