# customer_segments: build with PGXS.  Objects, SQL parts and tests are found by sorted wildcards:
# a new topic edits no list here.
EXTENSION    = customer_segments
here        := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
EXTVERSION  := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(here)/$(EXTENSION).control)
found        = $(patsubst $(here)/%,%,$(sort $(wildcard $(addprefix $(here)/,$(1)))))

MODULE_big   = $(EXTENSION)
OBJS         = $(patsubst %.c,%.o,$(call found,src/*.c src/core/*.c))
PG_CPPFLAGS  = -I$(here)/src -ffp-contract=off -DCSEG_VERSION='"$(EXTVERSION)"'
SHLIB_LINK   = -llbfgs -lpcre2-8 -lm
SCRIPT       = sql/$(EXTENSION)--$(EXTVERSION).sql
DATA_built   = $(SCRIPT)
DATA         = $(call found,sql/upgrade/*--*--*.sql)
REGRESS      = $(patsubst test/sql/%.sql,%,$(call found,test/sql/*.sql))
REGRESS_OPTS = --inputdir=$(here)/test --load-extension=$(EXTENSION)
EXTRA_CLEAN  = results regression.diffs regression.out .build

PG_CONFIG   ?= pg_config
PGXS        := $(and $(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h),$(shell $(PG_CONFIG) --pgxs))
ifneq ($(PGXS),)
include $(PGXS)

# The parts joined; a line "--% file" stands for the lines of that file, "--%bytea file" for its bytes in escape format,
# so that the script is ASCII whatever the file is.
$(SCRIPT): $(call found,sql/[0-9][0-9]_*.sql sql/join.awk data/*/*) $(EXTENSION).control
	@mkdir -p $(@D)
	LC_ALL=C awk -f $(here)/sql/join.awk -v here=$(here)/ $(filter %.sql,$^) > $@.part
	mv $@.part $@

# PGXS tracks no headers: every object, and its bitcode, depends on all of ours.
$(OBJS) $(OBJS:.o=.bc): $(call found,src/*.h src/core/*.h) | objdirs
.PHONY: objdirs
objdirs:
	@mkdir -p src/core
# The core's symbols are for this module only.
src/core/%.o src/core/%.bc: override CPPFLAGS += -fvisibility=hidden
else
all install installcheck:
	@echo 'No PostgreSQL server headers here: run test/tools/install-deps demo, or set PG_CONFIG.'; exit 1
endif

# Unit tests of the core, all or TEST=...: no server, warnings are errors, sanitizers on.
UNIT_CC     ?= $(if $(filter default,$(origin CC)),gcc,$(CC))
UNIT_CFLAGS  = -std=c11 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror -O1 -g -ffp-contract=off \
               -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all -I$(here)/src -I$(here)/src/core -I$(here)/test/unit
unit_tests   = $(patsubst test/unit/%.c,.build/unit/%,$(or $(TEST:%=test/unit/%.c),$(call found,test/unit/*.c)))
unit_core    = $(patsubst src/core/%.c,.build/unit/core/%.o,$(call found,src/core/*.c))

.PHONY: unit
unit: $(unit_tests)
	CSEG_TEST=$(here)/test $(here)/test/tools/prove $(unit_tests)

.build/unit/core/%.o: $(here)/src/core/%.c $(call found,src/core/*.h)
	@mkdir -p $(@D)
	$(UNIT_CC) $(UNIT_CFLAGS) -c -o $@ $<

.build/unit/%: $(here)/test/unit/%.c $(unit_core) $(call found,src/core/*.h test/unit/*.h)
	@mkdir -p $(@D)
	$(UNIT_CC) $(UNIT_CFLAGS) -o $@ $< $(unit_core) -lm

# Random input, guided by coverage, for FUZZ_SECONDS a target, two at a time: test/tools/suite/fuzz runs them.  Needs clang.
FUZZ_CC     ?= clang
FUZZ_CFLAGS  = $(UNIT_CFLAGS) -fsanitize=fuzzer-no-link
fuzz_targets = $(patsubst test/fuzz/%.c,.build/fuzz/%,$(call found,test/fuzz/*.c))
fuzz_core    = $(patsubst src/core/%.c,.build/fuzz/core/%.o,$(call found,src/core/*.c))

.PHONY: fuzz fuzz-targets
fuzz:
	@$(here)/test/tools/suite/fuzz $(TEST)
fuzz-targets: $(fuzz_targets)

.build/fuzz/core/%.o: $(here)/src/core/%.c $(call found,src/core/*.h)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -c -o $@ $<

.build/fuzz/%: $(here)/test/fuzz/%.c $(fuzz_core) $(call found,src/core/*.h test/fuzz/*.h test/unit/*.h)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $< $(fuzz_core) -lm

# Tests against a private server; each ends with a line "N passed, N failed".
.PHONY: test regress plans isolation pgtap tap check-docs check-style accept accept-isolation accept-docs indent
test:
	@$(here)/test/tools/install-deps test
	@$(here)/test/tools/test
regress plans isolation pgtap tap:
	@$(here)/test/tools/suite/$@ $(TEST)
check-docs check-style:
	@$(here)/test/tools/suite/$(@:check-%=%) $(TEST)
# Under valgrind, sanitizers and random queries, on a server built for it: hours; see test/tools/deep.  Then planted faults: is
# each found by the suite that is to find it?
.PHONY: check-deep planted
check-deep:
	@nice $(here)/test/tools/deep $(PARTS)
planted:
	@nice $(here)/test/tools/planted $(TEST)
# All of it once more on every server version that Debian has, in chroots: root and a network needed.
.PHONY: test-matrix
test-matrix:
	@$(here)/test/tools/matrix $(SUITES)
accept:
	@$(here)/test/tools/suite/regress --accept $(or $(TEST),$(error accept needs TEST=<name>))
accept-isolation:
	@$(here)/test/tools/suite/isolation --accept $(or $(TEST),$(error accept-isolation needs TEST=<name>))
accept-docs:
	@$(here)/test/tools/suite/docs --accept $(TEST)
indent: all
	@cd $(here) && test/tools/indent src/*.[ch] src/core/*.[ch]

# An order log to segments, in a private server under .demo: make demo [ORDERS=file.csv]; see doc/demo.md
.PHONY: demo demo-stop
demo:
	@'$(here)/examples/demo/run'

demo-stop:
	@'$(here)/examples/demo/run' stop

# Rivals side by side on a seeded population, as ratios; see bench/run.  make bench [ONLY=part of a name] [PAIRS=n]
# DuckDB takes part where node and npm are, Python where LIFETIMES=directory leads to the package lifetimes.
.PHONY: bench bench-smoke
bench:
	@$(here)/test/tools/install-deps bench
	@'$(here)/bench/run' $(if $(PAIRS),--pairs $(PAIRS)) $(ONLY)

bench-smoke:
	@'$(here)/bench/run' --smoke $(ONLY)
