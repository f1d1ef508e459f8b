import type { Keyword } from './script-types.ts';

/** Questions, conditions and duties, and talk about ELIZA. */
export const questionKeywords: readonly Keyword[] = [
  {
    name: 'should',
    words: 'should must ought supposed',
    rank: 4,
    rules: [
      {
        pattern: '* should i *',
        answers: [
          'What speaks for it, and what against?',
          'What would you advise somebody else?',
          'Which answer would relieve you?',
        ],
      },
      {
        pattern: '* i should +',
        answers: [
          'Who says that you should $2?',
          'Do you want to $2, or only feel that you should?',
          'And if you do not $2?',
        ],
      },
      {
        pattern: '* i must +',
        answers: ['What if you did not $2?', 'Whose voice is that, saying that you must?'],
      },
      { pattern: '*', answers: ['Says who?', 'What makes it a rule?'] },
    ],
  },
  {
    name: 'if',
    words: 'if',
    rank: 4,
    rules: [
      {
        pattern: '* if i +',
        answers: [
          'Do you think it likely that you $2?',
          'What would change if you $2?',
          'What keeps you on this side of that "if"?',
        ],
      },
      {
        pattern: '* if +',
        answers: ['How likely is it that $2?', 'What would you do if $2?', 'Do you wish that $2?'],
      },
    ],
  },
  {
    name: 'because',
    words: 'because',
    rank: 3,
    rules: [
      {
        pattern: '* because +',
        answers: [
          'Is that the whole reason?',
          'What other reasons come to mind?',
          'And if it were not so that $2?',
          'Does that explain anything else?',
        ],
      },
    ],
  },
  {
    name: 'can',
    words: 'can',
    rank: 3,
    rules: [
      {
        pattern: '* can you +',
        answers: [
          'What would it be worth to you if I could $2?',
          'Perhaps you would like to be able to $2 yourself?',
          'I can only listen. What made you hope that I could $2?',
        ],
      },
      {
        pattern: '* can i +',
        answers: [
          'What would happen if you did?',
          'Is there anybody who would forbid you to $2?',
          'Do you want to $2?',
        ],
      },
      { pattern: '*', answers: [{ type: 'next_keyword' }] },
    ],
  },
  {
    name: 'why',
    words: 'why',
    rank: 3,
    rules: [
      {
        pattern: '* why do not you +',
        answers: ['Would you like me to $2?', 'Perhaps I will, in good time. What would it change?'],
      },
      {
        pattern: '* why cannot i +',
        answers: ['Do you think you ought to be able to $2?', 'What do you believe is in the way?'],
      },
      {
        pattern: '*',
        answers: [
          'What answer would you give yourself?',
          'What makes you ask just now?',
          'Which answer are you afraid of?',
          { type: 'goto', keyword: 'question' },
        ],
      },
    ],
  },
  {
    name: 'question',
    words: 'what how when where which who',
    rank: 2,
    rules: [
      {
        pattern: '* how are you *',
        answers: [
          'I am always the same, which is restful. And how are you?',
          'Thank you for asking. I would rather hear how you are.',
        ],
      },
      {
        pattern: '*',
        answers: [
          'What do you think yourself?',
          'Does that question occupy you often?',
          'What is it that you really want to know?',
          'What answer would please you most?',
          'Have you asked anybody else?',
        ],
      },
    ],
  },
  {
    name: 'you',
    words: 'you',
    rank: 2,
    rules: [
      {
        pattern: '* you remind me of +',
        answers: ['In what way am I like $2?', 'How do you get on with $2?'],
      },
      {
        pattern: '* are you +',
        answers: [
          'Why does it interest you whether I am $2?',
          'Would you prefer that I were not $2?',
          'Perhaps I am $2, in your eyes.',
        ],
      },
      {
        pattern: '* you are +',
        answers: [
          'What makes you think that I am $2?',
          'Does it please you to see me as $2?',
          'Do you sometimes wish you were $2?',
        ],
      },
      {
        pattern: '* you + me *',
        answers: [
          'What makes you think that I $2 you?',
          'Who else has done that to you?',
          'And if I did $2 you?',
        ],
      },
      {
        pattern: '* do you +',
        answers: [
          'We were speaking of you. Do you $2?',
          'What would it tell you about me?',
          'Would my answer change yours?',
        ],
      },
      {
        pattern: '* you +',
        answers: [
          'Let us speak of you rather than of me.',
          'Is that what you see in me: that I $2?',
          'You seem curious about me. What are you hoping to find?',
        ],
      },
      { pattern: '*', answers: ['This is your hour, not mine.', 'What do you imagine I would say?'] },
    ],
  },
  {
    name: 'your',
    words: 'your',
    rank: 2,
    rules: [
      {
        pattern: '* your +',
        answers: [
          'What about my $2?',
          'Does your own $2 occupy you as much?',
          'Why are you interested in my $2?',
        ],
      },
    ],
  },
];
