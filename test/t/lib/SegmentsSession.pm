package SegmentsSession;

# A session of psql that stays open, for tests of several at a time.
#
#   my $session = SegmentsSession->new($node);
#   is($session->ask('SELECT 1'), '1', 'waits for the answer');
#   $session->say('LOCK TABLE t');  ...  $session->answer;    the two halves of it
#   $session->close;
use strict;
use warnings;
use IPC::Open2;

sub new
{
	my ($class, $node, %how) = @_;
	my $pid = open2(my $out, my $in, 'sh', '-c', 'exec psql "$@" 2>&1', 'psql', '-XAtq', '-h', $node->host, '-p', $node->port,
		'-d', $how{database} // 'postgres', $how{user} ? ('-U', $how{user}) : ());
	$in->autoflush(1);
	my $self = bless { pid => $pid, in => $in, out => $out, asked => 0 }, $class;
	$self->{backend} = $self->ask('SELECT pg_backend_pid()');
	return $self;
}

sub say
{
	my ($self, $sql) = @_;
	$self->{asked}++;
	print { $self->{in} } "$sql\n;\n\\echo end of answer $self->{asked}\n";
	return;
}

# is there something of the answer within so many seconds?
sub answers
{
	my ($self, $seconds) = @_;
	vec(my $in = '', fileno $self->{out}, 1) = 1;
	return select($in, undef, undef, $seconds) > 0;
}

# what psql has printed up to the end of the last thing said; errors too
sub answer
{
	my ($self) = @_;
	my $text = '';
	while (defined(my $line = readline $self->{out}))
	{
		last if $line =~ /^end of answer $self->{asked}$/;
		$text .= $line;
	}
	chomp $text;
	return $text;
}

sub ask
{
	my ($self, $sql) = @_;
	$self->say($sql);
	return $self->answer;
}

# whether the session waits for a lock of another one; looks for up to ten seconds
sub waits
{
	my ($self, $node) = @_;
	for (1 .. 100)
	{
		return 1 if $node->safe_psql('postgres', "SELECT cardinality(pg_blocking_pids($self->{backend}))") > 0;
		select undef, undef, undef, 0.1;
	}
	return 0;
}

sub close
{
	my ($self) = @_;
	close $self->{in};
	close $self->{out};
	waitpid $self->{pid}, 0;
	return;
}

1;
