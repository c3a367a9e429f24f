# customer_segments: build with PGXS.  Objects, SQL parts and tests are found by sorted wildcards:
# a new topic edits no list here.
EXTENSION    = customer_segments
here        := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
EXTVERSION  := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(here)/$(EXTENSION).control)
found        = $(patsubst $(here)/%,%,$(sort $(wildcard $(addprefix $(here)/,$(1)))))

MODULE_big   = $(EXTENSION)
OBJS         = $(patsubst %.c,%.o,$(call found,src/*.c src/core/*.c))
PG_CPPFLAGS  = -I$(here)/src -ffp-contract=off -DCSEG_VERSION='"$(EXTVERSION)"'
SHLIB_LINK   = -llbfgs -lm
SCRIPT       = sql/$(EXTENSION)--$(EXTVERSION).sql
DATA_built   = $(SCRIPT)
DATA         = $(call found,sql/upgrade/*--*--*.sql)
REGRESS      = $(patsubst test/sql/%.sql,%,$(call found,test/sql/*.sql))
REGRESS_OPTS = --inputdir=$(here)/test --load-extension=$(EXTENSION)
EXTRA_CLEAN  = results regression.diffs regression.out .build

PG_CONFIG   ?= pg_config
PGXS        := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(PGXS),)
include $(PGXS)

$(SCRIPT): $(call found,sql/[0-9][0-9]_*.sql) $(EXTENSION).control
	@mkdir -p $(@D)
	cat $(filter %.sql,$^) > $@

# PGXS tracks no headers: every object, and its bitcode, depends on all of ours.
$(OBJS) $(OBJS:.o=.bc): $(call found,src/*.h src/core/*.h)
endif
