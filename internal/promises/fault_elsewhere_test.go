package promises

import (
	"slices"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// provedElsewhere are the faults that tests nearer to what they concern inject.
func provedElsewhere() []listed {
	return slices.Concat(elsewhereInAnswers(), elsewhereInTime(), elsewhereInFeeds(), elsewhereInState(), elsewhereInTheDatabase(), elsewhereInScrapes(), elsewhereInOperation())
}

func at(test, id, injected, class, holds string) listed {
	return listed{fault{id: id, injected: injected, class: api.Class(class), holds: holds}, test}
}

func elsewhereInAnswers() []listed {
	return []listed{
		at("TestADeadConnectionOfAVendorIsReplaced", "H27d", "HTTP/2: the connection loses everything, or the front is alive alone", "timeout", "answers again within three minutes"),
		at("TestASilentProxyIsGivenUp", "H35h", "the proxy accepts connections and sends nothing", "proxy", "given up after ten seconds"),
		at("TestTheProxysCertificateIsVerified", "H35i", "the proxy's certificate is of an authority that is not trusted", "proxy", "nothing is sent"),
		at("TestANameThatIsRebound", "H33e", "a name of the vendor that leads to this machine", "dns", "nothing is sent"),
		at("TestANameThatIsRebound", "H33f", "a host named by the Domain API that leads into a private network", "dns", "nothing is sent"),
		at("TestWhatANameLeadsToIsTrustedAsFarAsTheFileNamesIt", "H33g", "addresses in disguise: IPv4-mapped, NAT64, 6to4, Teredo", "dns", "nothing is sent"),
		at("TestAHostThatIsNotAllowedGetsNothing", "H34a", "the Domain API names a host that is not allowed, in over 40 spellings", "client_error", "nothing is sent"),
		at("TestMovedHostIsFound", "H34b", "the vendor moves to another of its hosts", "", "followed"),
		at("TestNothingFollowsARedirect", "H24j", "redirects of logins and tokens, by five statuses to six addresses", "client_error", "nothing is sent"),
		at("TestTransportWaitsAtLeastAsLongAsTheVendorAsks", "H08h", "429 with a date as Retry-After beside a Date of 1970, 2099 or last year", "rate_limited", "asked again at that date by our clock"),
		at("TestAnAccountInTroubleNeitherDelaysNorHidesAnother", "H11", "429 of one account for an hour", "rate_limited", "other accounts are as new as ever"),
		at("TestAnHourOfErrorsCostsAFifthAndEndsSoonAndSmoothly", "H12g", "errors of a whole vendor for an hour", "vendor_error", "a fifth of the requests at most"),
		at("TestHostileVendorsDoNotFillTheMemory", "J22", "eleven vendors at once that send without bound, 150,000 services among them, to a process with 100 MiB", "too_large", "memory is bounded, scrapes are answered"),
		at("TestEachRowOfCallsOnHoldIsACall", "J18e", "calls on hold that are the same in every field", "", "each row is a call"),
		at("TestAnAgentOnTwoPagesIsOneAgent", "J18c", "an agent on two pages", "", "one agent"),
		at("TestPagesThatNeverEnd", "J18d", "pages without end", "schema", "given up"),
		at("TestFiftyThousandAgentsFitIntoBoundedMemory", "J19", "50,000 agents", "", "all are shown, memory is bounded"),
		at("TestLabelsThatCustomersExtendAreBounded", "J20", "more values of a label than max_label_values", "", "the others are counted as other"),
		at("TestSeriesOfSingleAgentsAreWithheldFirst", "J23", "more series than max_series", "", "those of single agents go first"),
		at("TestGaugesOfServicesLeaveRoomForCounters", "J23b", "more services than max_series has room for", "", "their counters are shown; gauges take the room that is left"),
		at("TestSumsStayExactWithFewSeries", "J23c", "a max_series so low that the sums of other are more than a tenth of it", "", "fewer agents have series of their own, and every sum is exact"),
		at("TestDayTotals", "J21", "a day total that falls", "", "the counter stays"),
		at("TestAClockThatIsSetWhileTheExporterRuns", "T33", "the machine's clock is set ahead and back, by an hour and by forty days", "", "no time is counted that didn't pass, no gap, no event twice; nothing is pruned"),
		at("TestWhatIsKeptIsBounded", "J27", "thousands of new services, agents or intervals in every answer", "", "what is kept in memory and state stays within max_series"),
		at("TestRenamedServicesLeaveNothingBehind", "J28", "services that are renamed again and again", "", "a former name's counters go after 10 min; rates summed over both are right"),
		at("TestNodesThatDisagreeAddNothing", "J24", "two nodes of the vendor that report different totals in turn", "", "the counter is that of the node that is ahead"),
		at("TestTotalsThatCannotBeTrueAreCounted", "J25", "a day total that is negative, or grows by more than a day has", "", "its row is skipped and counted until three polls agree"),
		at("TestNodesThatAnswerInRunsMakeNoDays", "J24b", "two nodes of the vendor that report different totals, each for minutes, and no day_timezone", "", "at most one new day in 18 h; what it added is not added again"),
		at("TestNodesThatAlternateAddOneDayAtMost", "J24c", "two nodes of the vendor that report different totals in runs of polls, around midnight of day_timezone", "",
			"what was counted of a day that was none is taken off the growth to come, so that it is counted once"),
		at("TestANodeThatBeginsItsDayLateAddsNothing", "J24d", "a node of the vendor that reports the totals of the day before for an hour", "", "the new day is counted once"),
		at("TestARecordThatAddsTooMuchIsSkipped", "J25b", "an interval or an event that adds what cannot be: 1e308, a negative number, more than its kind can", "", "skipped and counted; no counter or histogram takes it"),
		at("TestTheFirstAnswerIsWhatWasBefore", "J26", "the first answer of a source of day totals, in the middle of the day", "", "counters begin at 0; what was before is not counted"),
		at("TestWhatTheFirstAnswerLacksIsWhatWasBefore", "J26b", "a first answer of day totals that is partial, or has no value for a field", "", "what it lacked begins at 0 when it comes"),
		at("TestTheFirstAnswerMayBeThatOfTheDayBefore", "J26c", "a first answer within three hours of midnight, before or after the vendor restarts its totals", "", "the new day is counted, and no correction is taken for it"),
		at("TestSeriesOfAnAnswerThatCatchesUpStartWhereItBegins", "J26d", "the first answer of a source that looks back a day, or one after a long outage", "", "series that are new start with the oldest record, not now: no rate of a day in a minute"),
		at("TestGrowthOfARenamedServiceIsSeen", "J28b", "a service that is renamed at each poll while it grows, to a new name or to and fro", "", "each name begins at 0; all growth is seen by rates, one poll later at most"),
		at("TestAnAnswerWithoutANameTakesNoneAway", "J28c", "a service whose name is null or empty now and then", "", "it keeps the name that it had"),
		at("TestSpellingsOfALoginAreOneAgent", "J18f", "an agent's login in capitals and in small letters in turn", "", "one agent, in the spelling that came first"),
		at("TestAnAnswerWithoutItsListIsPartial", "J16b", "null or an object in place of the list of an answer, or none, of each method of LiveVox", "", "the answer is partial and takes nothing away"),
		at("TestPagesThatEndBeforeTheAnswerDoes", "J16d", "pages of LivePerson that end before the answer does: fewer records than the count, an empty page behind a link, a first page that is empty though it counts some", "truncated", "the former answer stays, no window is counted by half; asked for again"),
		at("TestNamesKeepAListThatIsMissing", "J16c", "an object in place of a list of `names`, or null in place of a calendar's events", "", "the answer is partial and takes nothing away"),
		at("TestWhatNoCallCanOweIsSkipped", "J25c", "a number that cannot be true among those that a gauge sums up", "", "skipped and counted; the sum is that of the others"),
		at("TestAnEmptyAnswerIsAnAnswer", "J16", "an empty list: all agents have logged out", "", "shown as such"),
		at("TestARecordThatIsMutatedCostsOnlyItself", "J14", "one record of a thousand, changed in 40 ways", "", "shown and skipped are a thousand"),
		at("TestRefusedTimeIsCorrectedByTheVendorsClock", "A10", "an OAuth 1 signature that is refused for its time", "", "sent again with the vendor's time"),
		at("TestARotatedSecretIsReadAndTheLastGoodOneKept", "A11a", "a secret file that is missing, empty or too large at run time", "", "the last good secret serves"),
		at("TestAFIFOIsNeverWaitedFor", "A11b", "a FIFO in place of a file", "", "refused at once"),
		at("TestRotatedSecretIsUsedWithoutWaiting", "A12", "a secret that is replaced", "", "the next login uses it"),
		at("TestLoginsThatLeadToNothingAreFew", "A14b", "a session that no call accepts", "auth", "three logins at most in a quarter of an hour"),
		at("TestTokensThatEndSoonCauseFewLogins", "A09", "tokens that live for two seconds", "auth", "they serve until they are refused; a login in three minutes"),
		at("TestAChangedAccountIsTheSameForTheVendor", "A16", "a secret or a name that is changed at each of many reloads", "auth", "a login in five seconds and five in a quarter of an hour at most"),
		at("TestOnlyAStatusOfFourHundredsRefusesALogin", "A17", "a redirect in place of the answer to a login", "client_error", "the advice is that of redirects, not of credentials"),
		at("TestASessionThatIsIdleForTooLongIsRenewedAhead", "A15", "a session that is idle for too long", "", "renewed before it is refused"),
	}
}

func elsewhereInTime() []listed {
	return []listed{
		at("TestTwoWeeksOfDayTotalsEqualTheTruth", "T05a", "the vendor's clocks go forward and back", "", "day totals are exact"),
		at("TestDayTotalsWhateverTheZoneOfTheMachine", "T05b", "the machine is in another zone, whose clocks change", "", "day totals are exact in four zones"),
		at("TestDayTotalsWhateverTheZoneOfTheMachine", "T07", "29 February and the turn of the year", "", "day totals are exact"),
		at("TestTwoWeeksOfDayTotalsEqualTheTruth", "T06", "midnight at the vendor", "", "no counter falls"),
		at("TestClocksThatAreSetBetweenTwoRuns", "T01g", "the machine's clock is set back a day between two runs", "", "no counter falls, none is lost"),
		at("TestClocksThatAreSetBetweenTwoRuns", "T01h", "the machine's clock is set three years ahead between two runs", "", "no counter falls, none is lost"),
		at("TestABucketDeliveredAgainAndAgainCountsOnce", "T08a", "a bucket that is delivered again and again", "", "counted once"),
		at("TestEveryStatusChangeIsCountedOnce", "T08b", "changes that come up to 100 min late", "", "counted once"),
		at("TestEventsAreCountedOnceInAnyOrder", "T09", "events out of order", "", "counted once"),
		at("TestEventsAtOneInstantKeepTheirOrder", "T11", "two events of the same millisecond", "", "both are counted"),
		at("TestTokenOf23HoursIsNoGapEvenOnAWrongClock", "T12", "a token of 23 hours on a machine with a wrong clock", "", "no gap"),
	}
}

func elsewhereInFeeds() []listed {
	return []listed{
		at("TestTokenOlderThanADayIsAGap", "F01", "a token that is older than a day", "", "one gap, counted and logged"),
		at("TestYoungTokenIsAskedForAgain", "F02", "a token that is refused before its time", "", "asked for once more, without a login"),
		at("TestRefusalsOfTokensCauseNoLogin", "F02o", "every second request refuses a token before its time", "", "no login, no gap; every event is counted once"),
		at("TestTokensThatAreGivenTooOldAreOneGap", "F02p", "tokens that the vendor gives and refuses as older than a day", "vendor_error", "one gap, then failures; it goes on with a token that serves"),
		at("TestPartition", "H31d", "23 h and 25 h without the vendor, between kills", "connect", "exact at 23 h; one gap at 25 h"),
		at("TestRecordsThatTellNothingAreSkipped", "F09", "an event that can't be read", "", "skipped and counted"),
		at("TestFullPageUnderTheSameTokenIsNotAskedForAtOnce", "F05", "a full page under the same token", "", "no storm"),
		at("TestFeedThatLoopsIsNotAskedAtOnce", "F05c", "the same full pages again and again, with new tokens or tokens in a circle", "", "no storm"),
		at("TestFeedOfUnusableRecordsIsNotAskedAtOnce", "F05b", "full pages of new records, none of which is usable", "", "no storm"),
		at("TestEventWithATimestampThatIsNone", "F09b", "an event whose timestamp is 0, negative, too large or no time", "", "skipped and counted, unless its id tells the time; without any timestamp it is counted at the feed's time"),
		at("TestStreamIsReadHoweverItIsWritten", "F14a", "CR, LF, several data lines, comments, a byte order mark", "", "read by the standard of event streams"),
		at("TestStreamSplitAnywhereIsTheSame", "F14b", "a stream split at every byte", "", "the same events"),
		at("TestStreamIsReadHoweverItIsWritten", "F14c", "a stream that says when to connect again", "", "not heeded: the pauses are the exporter's own"),
		at("TestCutStreamGoesOnWhereItWas", "F15", "a stream that breaks in the middle of an event", "", "counted once"),
		at("TestKeepAliveReturnsWithoutEvents", "F16", "an hour of keep-alives only", "", "no reconnect"),
		at("TestSilentStreamIsGivenUp", "F17", "a stream that falls silent", "", "opened again"),
		at("TestStreamThatEndsAtOnceIsFollowedByPolls", "F18", "a stream that ends at once, always", "", "no storm; polls replace it"),
		at("TestStreamThatEndsAfterAnEventIsNotOpenedAtOnce", "F18a", "a stream that ends after each event", "", "opened again at the feed's pace"),
		at("TestErrorObjectAfterEventsIsAFailure", "F20a", "an error object in a stream, after events", "vendor_error", "the events are counted; polls replace it after three"),
		at("TestErrorsOfStreamsComeAsJSON", "F20", "an error in place of a stream", "vendor_error", "as of any other endpoint"),
		at("TestRevokedSessionOpensTheStreamAnew", "F22", "the session ends under a stream", "", "opened again with a new one"),
		at("TestEventsThatWereNotKeptAreDeliveredAgain", "F23", "a page that could not be stored", "", "asked for again"),
	}
}

func elsewhereInState() []listed {
	return []listed{
		at("TestKilled", "S01", "kill -9 at seven named points and at random", "", "no event lost or counted twice, no counter falls"),
		at("TestEndsAtOnceDuringALongPoll", "S02", "SIGTERM during a long poll", "", "ends within five seconds"),
		at("TestAPowerLossLeavesAWholeCommitOrNone", "S05", "power loss between any two writes", "", "a whole commit or none"),
		at("TestFullDisk", "S06", "a full disk", "", "feeds stop, gauges go on, exact afterwards"),
		at("TestADirectoryThatCannotBeMadeIsAnError", "S07", "a state directory that can't be made", "", "refuses to start"),
		at("TestADamagedFileIsSetAsideAndTheBackupTaken", "S08a", "a damaged state file", "", "renamed; the backup serves"),
		at("TestAMissingFileIsNotAFirstStart", "S08b", "a state file that is gone or empty", "", "a gap, not a first start"),
		at("TestANewerSchemaIsRefusedAndLeftAlone", "S08c", "a state file of a newer version", "", "refused and left alone"),
		at("TestAFileThatWasPutBackBeginsAnEpoch", "S11", "yesterday's state file put back", "", "a new epoch, a gap"),
		at("TestAReadErrorAtTheStartChangesNoFile", "S09a", "the disk cannot read the state file, or its backup, at the start", "", "refuses to start; every file stays as it is"),
		at("TestAFileThatLooksDamagedForAReadErrorIsKept", "S09b", "EIO, ESTALE, EACCES, EMFILE, ENOMEM while a file is read", "", "refuses to start; every file stays as it is"),
		at("TestAFileThatCannotBeReadAtRunTimeIsReplaced", "S09c", "the state file can no longer be read at run time", "", "rewritten from memory, nothing lost"),
		at("TestASmallCommitDoesNotMakeTheStateWritable", "S10", "a disk with space for small commits only", "", "state_writable stays 0"),
		at("TestSecondProcess", "S12", "a second process on the same state", "", "refuses to start; takes over when the first dies"),
		at("TestStateLostAtRest", "S13", "the state is lost between two runs", "", "a gap"),
		at("TestAFileOfSchema1IsMigrated", "S14", "a state file of an older version", "", "read and rewritten; counters go on"),
		at("TestARemovedAccountIsForgotten", "S15", "an account is removed from the configuration", "", "its state is deleted after --state.prune-after"),
		at("TestSlowDisk", "S16", "a disk that stalls for a minute", "", "scrapes don't wait"),
		at("TestEndsWhileTheDiskHangs", "S17", "SIGTERM while a write hangs", "", "ends within five seconds; nothing that was shown is lost"),
		at("TestEndedCallsSurviveARestart", "S19", "the process ends between the end of a call and its look-up", "", "each call is counted once"),
		at("TestErrorObjectOfOneCallHoldsUpNoOther", "S19b", "an error object in place of one call's data", "", "that call is left out; the others are looked up"),
		at("TestFailedLookUpOfOneCallHoldsUpNoOther", "S19c", "look-ups of some calls fail for good", "vendor_error", "the others are looked up first; those are tried again after ten minutes"),
		at("TestAFullDiskTakesNoGaugeFromAnySource", "S18a", "a full disk, for each source", "state", "gauges go on; state_writable stays 0"),
		at("TestAFullDiskHidesNoGaugesAndTakesNoBackOff", "S18", "a full disk for an hour", "state", "gauges go on; counting resumes after one interval"),
		at("TestAPanicCostsOnlyOneFetch", "S20", "a panic in a translation", "schema", "one fetch"),
		at("TestStateLostAtRunTime", "C17", "somebody deletes the state file at run time", "", "rewritten, nothing lost"),
		at("TestTheEndOfAReaderOfHelp", "C18", "the program that help is piped to has ended", "", "the command ends without a panic"),
	}
}

// elsewhereInTheDatabase are the faults of the database that replicas share.
func elsewhereInTheDatabase() []listed {
	return []listed{
		at("TestReplicas", "S30", "the owner of an account is killed, paused for longer than its lease, or cut off from the database; the answer to a COMMIT is lost", "", "another replica takes over within the lease and three seconds; no event lost or counted twice, no counter falls"),
		at("TestADatabaseThatIsAwayIsWaitedFor", "S31", "the database is away for longer than the lease", "", "feeds and polls stop; the last owner shows the account as it was; nothing lost"),
		at("TestWhatIsKeptIsShownWhileNoReplicaOwnsIt", "S31a", "the database is away for one replica alone", "", "the page is the new owner's, or 503 while a replica does not answer"),
		at("TestAProcessStartsWithoutADatabase", "S31b", "the database is away at the start", "", "waited for"),
		at("TestReplicasMayStartAtOnce", "S31c", "several replicas start at once on an empty database", "", "the tables are made once"),
		at("TestAReplicaThatHasJustComeIsWaitedFor", "S31d", "several replicas start at once and no account has an owner yet", "", "each takes its share; the others' are left to them for half a lease"),
		at("TestANameIsOfOneProcess", "S31e", "two replicas have the same name", "", "both warn; each account has one owner"),
		at("TestNothingIsCopiedIntoADatabaseInUse", "S31f", "a state is copied into a database that a replica uses", "", "refused; the replica's key stays"),
		at("TestADatabaseThatIsReadOnlyIsWaitedFor", "S32", "the database takes no writes", "", "waited for"),
		at("TestADatabaseThatIsOlderIsBroughtUp", "S33", "the database comes back older than the memory of the owner", "", "the owner writes everything to it; nothing lost"),
		at("TestAnAsynchronousStandbyIsNoticed", "S34", "a standby is asynchronous", "", "a warning, and state_synchronous 0"),
		at("TestASynchronousStandbyThatIsAwayIsWaitedFor", "S34a", "the only synchronous standby is away", "", "as S31: no commit succeeds"),
		at("TestADatabaseWithoutFreeConnectionsIsWaitedFor", "S35", "the database has no free connection", "", "waited for"),
		at("TestASlowDatabaseCostsNoLease", "S36", "every answer of the database is late", "", "no lease is lost, no event"),
		at("TestAChangedPasswordCountsWithoutARestart", "S37", "the password of the database changes", "", "the file is read again"),
		at("TestAConnectionIsEncryptedWhereTheServerRequiresIt", "S38", "the database requires TLS, or its certificate is not trusted", "", "encrypted, or refused; the password is in no error"),
		at("TestAPoolingProxyMayStandInBetween", "S38a", "a pooling proxy gives each transaction another connection", "", "nothing is lost, nothing counted twice"),
		at("TestADatabaseOfANewerVersionIsRefused", "S39", "the schema of a newer version", "", "refused"),
	}
}

func elsewhereInScrapes() []listed {
	return []listed{
		at("TestAThousandScrapesAskNoVendorAnythingMoreThanOne", "M01", "a thousand scrapes", "", "not one request more"),
		at("TestSlowReadersAreCutOffAndKeepNobodyAway", "M02", "readers that take ten bytes a second", "", "cut off; others are served"),
		at("TestCancelledScrapesLeaveNothingBehind", "M03", "scrapes that are given up", "", "nothing stays behind"),
		at("TestHungVendorsAndAStalledDiskHoldUpNoScrape", "M04", "every vendor hangs and the disk stalls", "", "scrapes within milliseconds"),
		at("TestAnyAcceptEncodingIsReadAsPromhttpReadsIt", "M05", "any Accept and Accept-Encoding", "", "as promhttp answers"),
		at("TestOnlyTheFirstScrapeWaitsAndNoLongerThanItMay", "M07", "a scrape before the first fetch", "", "waits no longer than its timeout"),
		at("TestAFloodWithoutThePasswordDoesNotStopAScraper", "M09", "floods of connections and wrong passwords", "", "a scraper with the right one is served"),
		at("TestAnOutageIsLoggedWhenItBeginsAndWhenItEnds", "M12a", "the receiver of pushes is down", "", "logged once; scrapes don't notice"),
		at("TestTheNewestDataIsPushedAfterASlowReceiver", "M12b", "a receiver that is slow", "", "the newest data goes next"),
		at("TestADeadConnectionIsReplaced", "M14a", "the connection to the receiver loses everything, or its front is alive alone", "timeout", "pushes succeed within five minutes, over https and gRPC"),
		at("TestASuccessThatIsNotOTLPIsAFailure", "M14b", "a front answers 200 with HTML, JSON or no OTLP", "schema", "a failed push"),
		at("TestAProxyThatRefusesIsNamed", "M14c", "the proxy to the receiver wants other credentials (407)", "proxy", "the log names it, without credentials"),
		at("TestWhatLibrariesPrintIsLoggedWithoutContent", "M14d", "libraries print headers of the push, or what a server sent", "", "one line without content"),
		at("TestAllRequestsOfAPushHaveOneTime", "M14e", "a push of several requests to a Prometheus server", "", "each is taken; none is out of order"),
		at("TestNothingIsKeptForWhatClientsInvent", "M15a", "floods of ?account= with names that do not exist", "", "404; nothing is kept for them"),
		at("TestResponsesToSlowClientsShareTheirBytes", "M15b", "40 slow readers of pages with name[]", "", "they share the bytes of one page"),
		at("TestPushSaysOfTheDemoWhatThePageSays", "M13", "scrape and push at the same time", "", "the same figures"),
	}
}

func elsewhereInOperation() []listed {
	return []listed{
		at("TestBadFilesAreRefusedWithTheirExactMessage", "C01", "unknown and repeated keys, wrong types, alias bombs, two documents", "", "refused, by line"),
		at("TestEveryDefaultIsWithinItsRange", "C02", "values out of range", "", "refused, with the range"),
		at("TestASecretFileThatCannotBeReadIsRefused", "C04", "a secret file that is missing", "", "refused"),
		at("TestURLsAreRefusedUnlessTheyAreHostAndPath", "C05", "passwords in URLs", "", "refused"),
		at("TestTwoHundredReloadsUnderLoadLoseNothing", "C07", "200 reloads under load, most of them invalid", "", "all or nothing; nothing is lost"),
		at("TestASecretIsReadThroughALinkThatTurns", "C10", "secrets that are swapped by a link", "", "read as one"),
		at("TestFaultsOfTheURLOfARosterKeepTheFormerOne", "C11a", "the URL of a roster answers 404, 401, a redirect, HTML, nothing, half of it, too much, too slowly, or not at all", "", "the former roster stays in use, `contactcenter_roster_up` is 0, nothing of the URL is logged; read again a minute after the fault"),
		at("TestARosterThatCannotBeReadKeepsTheFormerOne", "C11b", "the file of a roster that is missing, empty, a folder, of another form, or without a row that can be used", "", "the former roster stays in use, `contactcenter_roster_up` is 0"),
		at("TestRowsThatCannotBeUsedAreSkippedAndCounted", "C11c", "rows of a roster without an id, with a time that is none, that end before they begin, or with a quote that is not closed in the line", "", "skipped and counted"),
		at("TestACalendarMayDefineItsZone", "C11d", "an event of a calendar in a time zone that is neither IANA's, nor one of Windows, nor defined by the calendar", "", "skipped and counted, with the reason in `check`"),
		at("TestNoTextOfARosterThatIsNoAgentBecomesALabel", "C11e", "names and addresses in the column `agent_id` of a roster", "", "no label; LivePerson, whose ids are digits: skipped and counted; LiveVox: scheduled in the group, and absent until a source shows such a login, in capitals or not"),
		at("TestNobodyIsNamedAndNoSecretShows", "C16", "secrets and names in every place, at debug level", "", "on no page, in no log"),
	}
}
