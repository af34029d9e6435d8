#!/usr/bin/perl
# AnyEvent::XMPP, whose Ext::Registration this crate re-creates: PORT TASK JID PASSWORD [NEW-PASSWORD]
use strict;
use warnings;
use AnyEvent;
use AnyEvent::XMPP::IM::Connection;
use AnyEvent::XMPP::Ext::Registration;

my ($port, $task, $jid, $password, $new) = @ARGV;
my ($name, $domain) = split /@/, $jid, 2;
my $end = AnyEvent->condvar;

# The first word counts: a removal is followed by the end of the stream.
my $over;
sub finish { $end->send(@_) unless $over++ }

my $connection = AnyEvent::XMPP::IM::Connection->new(
    jid => "$jid/peer", password => $password, host => '127.0.0.1', port => $port,
    initial_presence => undef, disable_iq_auth => 1,
);
my $registration = AnyEvent::XMPP::Ext::Registration->new(connection => $connection);

# A refusal may bring a form to be filled in instead.
sub answered {
    my ($again, $ok, $error, $form) = @_;
    return finish(0) if $ok;
    if ($form && $again) {
        print "demanded\n";
        my $filled = $form->try_fillout_registration($name, $task eq 'change' ? $new : $password);
        my $data = $filled->get_data_form;
        # The original knows of no old password.
        $data->set_field_value('old_password', $password) if $data && $task eq 'change';
        return $registration->submit_form($filled, sub { my ($r, @rest) = @_; answered(0, @rest) });
    }
    finish(1, $error ? $error->string : 'refused');
}

my $callback = sub { my ($r, @rest) = @_; answered(1, @rest) };

$connection->reg_cb(
    stream_pre_authentication => sub {
        my (undef, $continue) = @_;
        return unless $task eq 'register';
        $$continue = 0;
        $registration->send_registration_request(sub {
            my ($r, $form, $error) = @_;
            return finish(1, $error->string) if $error;
            my $filled = $form->try_fillout_registration($name, $password);
            $registration->submit_form($filled, $callback);
        });
    },
    session_ready => sub {
        return finish(0) if $task eq 'login';
        return $registration->send_unregistration_request($callback) if $task eq 'unregister';
        $registration->send_password_change_request($name, $new, $callback);
    },
    sasl_error => sub { finish(1, 'login refused') },
    error => sub { my ($c, $error) = @_; finish(1, $error->string) },
    disconnect => sub { finish(1, 'disconnected') },
);
my $patience = AnyEvent->timer(after => 30, cb => sub { finish(2, 'no answer') });
$connection->connect;
my ($code, $why) = $end->recv;
print $code == 0 ? "$task done\n" : "$task failed: $why\n";
exit $code;
