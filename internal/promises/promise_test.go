package promises

import (
	"os"
	"runtime"
	"testing"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/test/testmain"
)

// promise is a row of the table of promises in docs/reliability.md.
type promise struct{ id, text, tests, measured string }

// promises are what the exporter promises, the tests that show it, and what they
// measured when they were last looked at.
func promises() []promise {
	return append(promisesOfData(), promisesOfOperation()...)
}

func promisesOfData() []promise {
	return []promise{
		{
			"P1", "No event of a feed is lost or counted twice: over kill -9, restart, expired sessions and up to 23 h without the vendor.",
			"TestKilled TestPartition TestFaultsOfFeeds TestFaultsOfAnswers TestEveryStatusChangeIsCountedOnce", "0 lost, 0 double; `make soak` kills a thousand times while a million events flow",
		},
		{
			"P2", "A counter that was shown never falls, and `increase()` over a restart is what happened.",
			"TestKilled TestIncreaseOverManyKillsIsWhatHappened TestFaultsOfAnswers TestFaultsOfClocks", "0 steps back",
		},
		{
			"P3", "Where a gap can't be avoided it is counted and logged.",
			"TestGap TestRefusedToken TestStateLostAtRest TestTokenOlderThanADayIsAGap", "every forced gap is reported, none where there is none",
		},
		{
			"P4", "The requests of any sliding minute stay within the limits: whatever scrapes, retries, logins, restarts and reloads there are. A process that is started again and again makes little progress: each start presumes that the process before used the limit up, and waits, 3.5 s at the defaults.",
			"TestNoMinuteHoldsMoreRequestsThanTheLimitAllows TestALowerLimitHoldsAtOnceAndAHigherOneForgetsNothing TestBusyFeedsLeaveTheSourcesTheirPace TestAThousandScrapesAskNoVendorAnythingMoreThanOne", "0 minutes over the limit; scrapes add 0 requests",
		},
		{
			"P5", "A vendor that is down or throttles is left alone.",
			"TestAnHourOfErrorsCostsAFifthAndEndsSoonAndSmoothly TestErrorsOfEverySecondRequestCostLittleDataAndNoStorm TestNobodyIsAskedBeforeTheTimeThatTheVendorNamed TestFaultsOfLogins", "an hour of errors costs at most a fifth of the usual requests",
		},
		{
			"P6", "A bad record costs itself; a bad page costs itself and moves no cursor.",
			"TestARecordThatIsMutatedCostsOnlyItself TestFaultsOfRecords TestFaultsOfFeeds TestBadAnswersOfAnySource", "42 mutations of one of 1,000 records: shown and skipped are 1,000 each time",
		},
		{
			"P7", "A scrape is answered at once, even if every vendor hangs.",
			"TestHungVendorsAndAStalledDiskHoldUpNoScrape TestFaultsOfAnswers TestAnAccountInTroubleNeitherDelaysNorHidesAnother", "no scrape waits for a vendor: 0 s on the virtual clock in each staged fault",
		},
		{
			"P8", "What fails hides nothing else: no endpoint, account or vendor another.",
			"TestBadAnswersOfAnySource TestAnAccountInTroubleNeitherDelaysNorHidesAnother TestFaultsOfAnswers TestFaultsOfConnections", "others are never older than one interval",
		},
		{
			"P9", "No old figure looks new: gauges vanish at `max_age`, and the time of the last success moves with a success only.",
			"TestFaultsOfAnswers TestFaultsOfRecords TestFaultsOfLogins TestSourceShowsTheNewestDataUntilItIsTooOld", "0 gauges after `max_age`, 0 moves of the time by a failure",
		},
		{
			"P10", "Memory is bounded, whatever a vendor sends.",
			"TestHostileVendorsDoNotFillTheMemory TestFiftyThousandAgentsFitIntoBoundedMemory", "eleven hostile vendors, `GOMEMLIMIT=100MiB`: 81 MiB at the peak; 36 MiB before, 51 a minute later",
		},
	}
}

func promisesOfOperation() []promise {
	return []promise{
		{
			"P11", "The number of series is capped, and sums stay exact.",
			"TestSumsStayExactPastTheLimitsAndOverARestart TestLabelsThatCustomersExtendAreBounded TestSeriesOfSingleAgentsAreWithheldFirst TestWhatLimitsWithholdIsToldOnce", "error of sums: 0",
		},
		{
			"P12", "No secret shows: on no page, in no log, error or state file.",
			"TestNobodyIsNamedAndNoSecretShows TestTheProgramHidesItsOwnSecrets TestSecretsPrintAsNothing TestNoKeyIsStoredAsItIs", "0 finds of planted secrets",
		},
		{
			"P13", "Credentials go to allowed hosts over verified TLS alone; no redirect is followed; no name leads them to a private address that the file doesn't name.",
			"TestNothingFollowsARedirect TestAHostThatIsNotAllowedGetsNothing TestANameThatIsRebound TestFaultsOfConnections TestWhatANameLeadsToIsTrustedAsFarAsTheFileNamesIt TestAddressesAreOfTheKindThatTheirUseMakesThem", "0 connections to the sink: 30 redirects for each vendor, 42 spellings of a host, 10 TLS faults",
		},
		{
			"P14", "People are named only if the configuration says so.",
			"TestNobodyIsNamedAndNoSecretShows TestAgentsAreShownAsIdentitySays TestNamesAreWarnedOf", "0 finds of planted names",
		},
		{
			"P15", "No client without the password gets in or keeps a scraper out.",
			"TestAFloodWithoutThePasswordDoesNotStopAScraper TestAScraperThatIsNotKnownYetIsCheckedBeforeClientsWithWrongPasswords TestConnectionsAtTheLimitKeepTheirTime TestSlowReadersAreCutOffAndKeepNobodyAway TestReloadIsOnlyThereIfAllowed TestPathsThatCannotBeServed", "200 clients without the password: 250 of 250 scrapes answered, the longest in 110 ms",
		},
		{
			"P16", "A reload is all or nothing and loses nothing.",
			"TestTwoHundredReloadsUnderLoadLoseNothing TestAChangedSecretIsAChangedAccount TestManyReloads", "200 of 200",
		},
		{
			"P17", "Nothing leaks.",
			"TestStopLeavesNothingBehind TestSoak TestCancelledScrapesLeaveNothingBehind", "75 minutes of faults in turn: goroutines 35 to 37, file descriptors 17 to 18, 730 counters exact; the heap grows from 9 to 20 MiB in the hour that keys of events are kept for, and stood at 20 to 21 after it",
		},
		{
			"P18", "Clocks do no harm: skew, jumps, changes of zone, midnight, leap days.",
			"TestFaultsOfClocks TestClocksThatAreSetBetweenTwoRuns TestDayTotalsWhateverTheZoneOfTheMachine TestTwoWeeksOfDayTotalsEqualTheTruth", "0 negative ages, 0 false gaps, 0 counts at midnight or at a change of clocks, in 4 zones",
		},
		{
			"P19", "A restart is quick, and many at once are no herd.",
			"TestFiftyExportersThatStartTogetherAreNoHerd TestAVendorOnThisMachineIsAskedForEverythingWithinFiveSeconds TestKilled", "50 at once: 7.5 % of the first requests in the busiest second; the first scrape waits for the first answers, up to its timeout",
		},
		{
			"P20", "Two processes never write one state.",
			"TestSecondProcess TestTheDirectoryHasOneOwner TestAWaitingOwnerTakesOver", "0 commits of two",
		},
	}
}

func TestMain(m *testing.M) {
	parallel := 4
	if raced { // tests on the real clock need the processor in time
		parallel = runtime.GOMAXPROCS(0)
	}
	testmain.Prepare(parallel)
	os.Exit(m.Run())
}
