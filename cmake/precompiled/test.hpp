// SPDX-License-Identifier: Apache-2.0
//
// Read once for all unit tests, see room.hpp.
#pragma once
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
