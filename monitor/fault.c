/* The words of the reasons for quarantine; decides nothing. */
#include "fault.h"

static const struct {
	const char *word;
	const char *meaning;
} faults[] = {
#define X(name, word, meaning) {word, meaning},
	MAPPING_FAULTS(X)
#undef X
};

const char *
fault_word(enum mapping_fault fault)
{
	return faults[fault].word;
}

const char *
fault_meaning(enum mapping_fault fault)
{
	return faults[fault].meaning;
}
